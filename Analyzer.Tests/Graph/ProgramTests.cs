using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>Which types and bodies a program knows to belong together.</summary>
public class ProgramTests
{
    private static readonly Analyzers.Graph.Program _program = ProgramFacts.Of("""
        public interface IStep { void Step(); }
        public interface INone { void None(); }
        public class Base { public virtual void M() { } public virtual void N() { } }
        public class Mid : Base { public override void M() { } }
        public sealed class Leaf : Mid, IStep { public void Step() { M(); } }
        public sealed class Other : IStep { private readonly IStep _inner; public Other(IStep inner) { _inner = inner; } public void Step() { _inner.Step(); } }
        public sealed class Apart { public void Step() { } }
        """);

    [Theory]
    [InlineData("T:Leaf", "T:Leaf", true)]
    [InlineData("T:Leaf", "T:Base", true)]
    [InlineData("T:Base", "T:Leaf", false)]
    [InlineData("T:Other", "T:Base", false)]
    [InlineData("T:Unknown", "T:Base", false)]
    [InlineData(null, "T:Base", false)]
    public void Derivation(string? type, string other, bool derives) => Assert.Equal(derives, _program.IsOrDerivesFrom(type, other));

    [Theory]
    [InlineData("Leaf", "Base", true)]
    [InlineData("Leaf", "Other", false)]
    [InlineData("Leaf", null, false)]
    [InlineData(null, null, false)]
    public void Relation(string? left, string? right, bool areRelated)
    {
        Assert.Equal(areRelated, _program.AreRelated(left, right));
        Assert.Equal(areRelated, _program.AreRelated(right, left));
    }

    [Theory]
    [InlineData("T:Leaf", "T:Base", true)]
    [InlineData("T:Leaf", "T:Other", false)]
    [InlineData("T:IStep", "T:Leaf", true)]
    [InlineData("T:IStep", "T:Base", true)]
    [InlineData("T:IStep", "T:Apart", false)]
    [InlineData("T:INone", "T:Leaf", false)]
    [InlineData("T:INone", "T:INone", true)]
    public void OneObject(string left, string right, bool mayBe)
    {
        Assert.Equal(mayBe, _program.MayBeOne(left, right));
        Assert.Equal(mayBe, _program.MayBeOne(right, left));
    }

    [Fact]
    public void TypesFrom_GivesTheTypeAndThoseBelow()
    {
        Assert.Equal(["T:Base", "T:Leaf", "T:Mid"], _program.TypesFrom("T:Base"));
        Assert.Equal(["T:Apart"], _program.TypesFrom("T:Apart"));
    }

    [Theory]
    [InlineData("T:Leaf", "M:Base.M", "M:Mid.M")]
    [InlineData("T:Base", "M:Base.M", "M:Base.M")]
    [InlineData("T:Leaf", "M:Base.N", "M:Base.N")]
    [InlineData("T:Leaf", "M:IStep.Step", "M:Leaf.Step")]
    [InlineData("T:Other", "M:IStep.Step", "M:Other.Step")]
    [InlineData("T:Apart", "M:IStep.Step", null)]
    [InlineData("T:Unknown", "M:INone.None", null)]
    public void ExactTarget(string type, string method, string? body)
    {
        Assert.Equal(body, _program.ExactTarget(type, method)?.Id);
        Assert.Equal(body, _program.ExactTarget(type, method)?.Id);
    }

    // A wrapper calls the same member of another object, of another type.
    [Theory]
    [InlineData("M:Other.Step", true)]
    [InlineData("M:Leaf.Step", false)]
    public void Wrapper(string body, bool handsOn)
    {
        BodyFacts[] steps = [_program.Body("M:Leaf.Step")!, _program.Body("M:Other.Step")!];

        Assert.Equal(handsOn, _program.HandsOn(_program.Body(body)!, steps));
        Assert.False(_program.HandsOn(_program.Body(body)!, [_program.Body(body)!]));
    }

    [Fact]
    public void Bodies_ComeInOrderAndOnce()
    {
        List<BodyFacts> bodies = _program.Bodies;

        Assert.Equal(bodies, _program.InOrder(Enumerable.Reverse(bodies).Concat(bodies)));
        Assert.Equal(-1, _program.IndexOf("M:None"));
        Assert.Null(_program.Body("M:None"));
        Assert.All(bodies, body => Assert.Same(body, _program.Body(body.Id)));
    }
}
