using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Support;

public class TestMarkupTests
{
    [Fact]
    public void Marks_AreTakenOutAndTheirSpansKept()
    {
        var markup = TestMarkup.Parse("a [|b|] {|XR1001:c {|#0:d|}|} e[0] || {}");

        Assert.Equal("a b c d e[0] || {}", markup.Source);
        Assert.Equal(new TextSpan(2, 1), Assert.Single(markup.DefaultSpans));
        Assert.Equal(("XR1001", new TextSpan(4, 3)), Assert.Single(markup.NamedSpans));
        Assert.Equal((0, new TextSpan(6, 1)), Assert.Single(markup.KeyedSpans));
    }
}
