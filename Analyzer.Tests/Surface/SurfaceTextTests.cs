using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Surface;
using CrossRelease.Analyzers.Tests.Robustness;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Surface;

/// <summary>What travels between assemblies is read whole or not at all, and never by an exception.</summary>
public class SurfaceTextTests
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly byte[] _facts = FactsOf([.. RichSources.All, Usings]);

    private static readonly byte[] _nothing = FactsOf();

    [Fact]
    public void WholeText_IsRead()
    {
        ReadSurface read = SurfaceText.Read(SurfaceText.Write([new(_facts)]), "Lib");

        Assert.Null(read.Problem);
        Assert.All(read.Trees.SelectMany(static tree => tree.Bodies), static body => Assert.True(body.IsExternal));
        Assert.Contains(read.Trees.SelectMany(static tree => tree.Bodies), static body => body.Id.Contains("Lib|", StringComparison.Ordinal));
    }

    [Fact]
    public void Pieces_AreReadInAnyOrder()
    {
        var random = new Random(1);
        byte[] large = new byte[200_000];
        random.NextBytes(large);
        ImmutableArray<string> pieces = SurfaceText.Write([new([.. _nothing, .. large])]);
        Assert.True(pieces.Length > 3);

        Assert.Null(SurfaceText.Read([.. pieces.Reverse()], "Lib").Problem);
        Assert.NotNull(SurfaceText.Read([.. pieces.Skip(1)], "Lib").Problem);
        Assert.NotNull(SurfaceText.Read([.. pieces.Skip(1), pieces[1]], "Lib").Problem);
    }

    [Fact]
    public void OtherVocabulary_IsTakenForAnotherVersion()
    {
        byte[] other = [.. _facts];
        other[0] ^= 1;

        Assert.Contains("another version", SurfaceText.Read(SurfaceText.Write([new(other)]), "Lib").Problem);
    }

    [Fact]
    public void NewerVersion_IsNamedAndNotGuessedAt()
    {
        ReadSurface read = SurfaceText.Read([.. SurfaceText.Write([new(_facts)]).Select(static text => "99" + text.Substring(1))], "Lib");

        Assert.Contains("another version", read.Problem);
        Assert.Empty(read.Trees);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1:1/1:")]
    [InlineData("1:1/1:AAAA")]
    [InlineData("1:1/1:not base64")]
    [InlineData("1:0/1:AAAA")]
    [InlineData("1:2/1:AAAA")]
    [InlineData("1:-1/1:AAAA")]
    [InlineData("0:1/1:AAAA")]
    [InlineData("1:1:1/1:AAAA")]
    [InlineData("18446744073709551616:1/1:AAAA")]
    public void OtherText_IsDamaged(string text) => Assert.Contains("damaged", SurfaceText.Read([text], "Lib").Problem);

    [Fact]
    public void TruncatedAndFlippedTexts_AreDamaged()
    {
        string whole = Assert.Single(SurfaceText.Write([new(_facts)]));
        var random = new Random(2);
        for (int round = 0; round < 300; round++)
        {
            int at = random.Next(whole.Length);
            char[] flipped = whole.ToCharArray();
            flipped[at] = flipped[at] == 'A' ? 'B' : 'A';
            Assert.NotNull(SurfaceText.Read([whole.Substring(0, at)], "Lib").Problem);
            if (at < whole.Length - 4)
            {
                Assert.NotNull(SurfaceText.Read([new string(flipped)], "Lib").Problem);
            }
        }
    }

    // As if the check had let them pass: what the reader makes of any bytes is bounded, and the engine can live with it.
    [Fact]
    public void FlippedBytes_FailAsSaidOrGiveFactsThatTheEngineStands()
    {
        var random = new Random(3);
        int read = 0;
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = [.. _facts.Take(round % 4 == 0 ? random.Next(_facts.Length) : _facts.Length)];
            for (int flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                ImmutableArray<TreeFacts> trees = FactsReader.Read(bytes, "Lib");
                read++;
                if (round % 10 == 0)
                {
                    var program = new Analyzers.Graph.Program(trees);
                    _ = new Analyzers.Graph.Contexts(program, new Analyzers.Graph.PointsTo(program, CancellationToken.None), CancellationToken.None);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or OtherVocabularyException)
            {
                // The ways to fail.
            }
        }

        Assert.True(read > 20, $"Only {read} flips were readable: the engine was hardly tried.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void TextPieces_AreReadAsOneText(int count)
    {
        var text = new TextPieces(["", "one", "", "two", "three", ""]);
        char[] buffer = new char[count];
        string read = "";
        for (int got = text.Read(buffer, 0, count); got > 0; got = text.Read(buffer, 0, count))
        {
            read += new string(buffer, 0, got);
        }

        Assert.Equal("onetwothree", read);
        Assert.Equal(read.Length, text.Length);
        Assert.Equal(-1, text.Peek());
    }

    internal static byte[] FactsOf(params string[] sources)
    {
        SyntaxTree[] trees = [.. sources.Select(static (source, i) => CSharpSyntaxTree.ParseText(source, path: $"/lib/{i}.cs"))];
        var compilation = CSharpCompilation.Create(
            "Lib", trees, [.. TestReferences.Framework, TestReferences.Runtime], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return new FactsWriter(new OwnIds(compilation.Assembly)).Write(
            [.. trees.Select(tree => (TreeReader.Read(compilation.GetSemanticModel(tree), AnalysisSettings.Default, new FollowedAssemblies([]), CancellationToken.None), tree.GetText()))]).ToArray();
    }
}
