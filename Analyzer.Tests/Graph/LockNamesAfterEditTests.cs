using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>Which edits leave the names of locks as they are, and that they are then those of a cold run.</summary>
public class LockNamesAfterEditTests
{
    private const string Handed = "_mine = given;";

    [Theory]
    [InlineData(Handed, "", Handed, "_last = given;", true)]
    [InlineData(Handed, "_last = given;", Handed, "_last = null;", true)]
    [InlineData(Handed, "_last = given;", Handed, "", true)]
    [InlineData(Handed, "", Handed, "_mine = null;", false)]
    [InlineData(Handed, "_mine = null;", Handed, "", false)]
    [InlineData(Handed, "", Handed + Handed, "", false)]
    [InlineData(Handed, "", "_mine = other;", "", false)]
    [InlineData("", "", Handed, "", false)]
    [InlineData(Handed, "", "_last = given;", "", false)]
    public void MemberThatMayHoldAWrapper(string kept, string set, string keptAfter, string setAfter, bool stay)
    {
        (Analyzers.Graph.Program before, Analyzers.Graph.Program after) = (Made(kept, set), Made(keptAfter, setAfter));
        PointsTo pointsTo = new(after, CancellationToken.None);
        var edit = new ProgramEdit([.. after.Bodies.Select(body => (before.Body(body.Id), (BodyFacts?)body))]);

        LockNames? names = new LockNames(before, new PointsTo(before, CancellationToken.None)).After(edit, pointsTo);

        Assert.Equal(stay, names is not null);
        Assert.True(names?.SameAs(new LockNames(after, pointsTo)) ?? true);
        Assert.Equal(stay, new LockNames(before, new PointsTo(before, CancellationToken.None)).SameAs(new LockNames(after, pointsTo)));
    }

    // Whether nothing sets a member is asked of some; of others it says nothing.
    [Theory]
    [InlineData("", "_last = given;", true, false)]
    [InlineData("_last = given;", "", true, false)]
    [InlineData("_last = given;", "_last = null;", true, true)]
    [InlineData("", "_last = given;", false, true)]
    public void MemberThatNothingSets(string set, string setAfter, bool isAsked, bool stay)
    {
        (Analyzers.Graph.Program before, Analyzers.Graph.Program after) = (Made(Handed, set), Made(Handed, setAfter));
        var edit = new ProgramEdit([.. after.Bodies.Select(body => (before.Body(body.Id), (BodyFacts?)body))]);
        var names = new LockNames(before, new PointsTo(before, CancellationToken.None));
        if (isAsked)
        {
            Assert.Equal(set.Length == 0, names.IsNowhereSet("F:Part._last"));
        }

        LockNames? kept = names.After(edit, new PointsTo(after, CancellationToken.None));

        Assert.Equal(stay, kept is not null);
        Assert.True(kept is null || kept.IsNowhereSet("F:Part._last") == (setAfter.Length == 0));
    }

    private static Analyzers.Graph.Program Made(string kept, string set) => ProgramFacts.Of($$"""
        public sealed class Gate { private readonly object _lock = new object(); public void Run(Action act) { lock (_lock) { act(); } } }
        public sealed class Part
        {
            private Gate _mine, _last;
            public Part(Gate given, Gate other) { {{kept}} }
            public void Set(Gate given) { {{set}} }
            public void Use() { _mine.Run(() => { }); _last.Run(() => { }); }
        }
        public sealed class C { private readonly Gate _gate = new Gate(), _other = new Gate(); public Part Make() => new Part(_gate, _other); public void Use() { _gate.Run(() => { }); _other.Run(() => { }); } }
        """);
}
