using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Symbols;

public class MentionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4_090)]
    [InlineData(4_093)]
    [InlineData(4_096)]
    [InlineData(8_180)]
    [InlineData(8_189)]
    [InlineData(12_000)]
    public void Word_IsFoundWhereverItStands(int before)
    {
        string text = new string(' ', before) + "SuppressMessage";

        Assert.True(Mentions.In(CSharpSyntaxTree.ParseText(text), "SuppressMessage", default));
        Assert.False(Mentions.In(CSharpSyntaxTree.ParseText(text), "SuppressMessages", default));
        Assert.False(Mentions.In(CSharpSyntaxTree.ParseText(text[..^1]), "SuppressMessage", default));
    }
}
