using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>After an edit, what says the same as before is kept: each of these is asked whether it does, of a program and of its neighbours.</summary>
public class SameFactsTests
{
    [Theory]
    [InlineData("_part = new Part(this);", "var made = new Part(this); _part = made;", true)]
    [InlineData("_part = new Part(this);", "_more = new Part(this);", false)]
    [InlineData("_part = new Part(this);", "_part = new Part(other);", false)]
    [InlineData("_part = new Part(this);", "_next = new Next(this);", false)]
    [InlineData("_part = new Part(this);", "", false)]
    public void WaysBack(string before, string after, bool areSame)
    {
        WaysBack one = Made(before), two = Made(after);

        Assert.True(one.SameAs(Made(before)));
        Assert.Equal(areSame, one.SameAs(two));
        Assert.Equal(areSame, two.SameAs(one));

        static WaysBack Made(string make) => new(ProgramFacts.Of($$"""
            public sealed class Part { private readonly C _owner; public Part(C owner) { _owner = owner; } public C Owner => _owner; }
            public sealed class Next { private readonly C _from; public Next(C from) { _from = from; } public C From => _from; }
            public sealed class C { public Part _part, _more; public Next _next; public void Make(C other) { {{make}} } }
            """));
    }

    [Theory]
    [InlineData("_loop = new Loop(Step);", "/* elsewhere */ _loop = new Loop(Step);", true)]
    [InlineData("_loop = new Loop(Step);", "_more = new Loop(Step);", false)]
    [InlineData("_loop = new Loop(Step);", "_loop = new Loop(Other);", false)]
    [InlineData("_loop = new Loop(Step);", "_loop = new Loop(Step); _more = new Loop(Step);", false)]
    [InlineData("_loop = new Loop(Step); _more = new Loop(Step);", "_more = new Loop(Step); _loop = new Loop(Step);", true)]
    [InlineData("_loop = new Loop(Step);", "_loop = new Loop(Step); _more = new Loop(Other);", false)]
    [InlineData("_loop = new Loop(Step);", "_loop = new Loop(other.Step);", false)]
    public void DelegateHolders(string before, string after, bool areSame)
    {
        DelegateHolders one = Made(before), two = Made(after);

        Assert.True(one.SameAs(Made(before)));
        Assert.Equal(areSame, one.SameAs(two));
        Assert.Equal(areSame, two.SameAs(one));

        static DelegateHolders Made(string make) => new(ProgramFacts.Of($$"""
            public sealed class Loop { private readonly Action _step; public Loop(Action step) { _step = step; } public void Run() => _step(); }
            public sealed class C { public Loop _loop, _more; public void Make(C other) { {{make}} } private void Step() { } private void Other() { } }
            """));
    }

    [Theory]
    [InlineData("lock (_lock) { act(); }", "_gate = new Gate();", "_part = new Part(_own);", "lock (_lock) { act(); act(); }", "_gate = new Gate();", "_part = new Part(_own);", true)]
    [InlineData("lock (_lock) { act(); }", "_gate = new Gate();", "_part = new Part(_own);", "act();", "_gate = new Gate();", "_part = new Part(_own);", false)]
    [InlineData("lock (_lock) { act(); }", "_gate = new Gate();", "_part = new Part(_own);", "lock (_lock) { act(); }", "_gate = given;", "_part = new Part(_own);", false)]
    [InlineData("lock (_lock) { act(); }", "_gate = new Gate();", "_part = new Part(_own);", "lock (_lock) { act(); }", "_gate = new Gate();", "_part = new Part(_other);", false)]
    [InlineData("lock (_lock) { act(); }", "_gate = new Gate();", "_part = new Part(_own);", "lock (_lock) { act(); }", "_gate = new Gate();", "", false)]
    public void LockNames(string runBefore, string keptBefore, string handedBefore, string runAfter, string keptAfter, string handedAfter, bool areSame)
    {
        LockNames one = Made(runBefore, keptBefore, handedBefore), two = Made(runAfter, keptAfter, handedAfter);

        Assert.True(one.SameAs(Made(runBefore, keptBefore, handedBefore)));
        Assert.Equal(areSame, one.SameAs(two));
        Assert.Equal(areSame, two.SameAs(one));

        static LockNames Made(string run, string kept, string handed)
        {
            Analyzers.Graph.Program program = ProgramFacts.Of($$"""
                public sealed class Gate { private readonly object _lock = new object(); public void Run(Action act) { {{run}} } }
                public sealed class Part { private object _mine; public Part(object given) { _mine = given; } public void Use() { lock (_mine) { } } }
                public sealed class C
                {
                    private readonly object _own = new object(), _other = new object(); private Gate _gate; private Part _part;
                    public C(Gate given) { {{kept}} }
                    public void Make() { {{handed}} lock (_own) { } lock (_other) { } _gate.Run(() => { }); }
                }
                """);
            return new LockNames(program, new PointsTo(program, CancellationToken.None));
        }
    }

    // A wrapper that is handed on goes by the member that keeps it.
    [Theory]
    [InlineData("_mine = given;", "_gate", "_mine = given;", "_gate", true)]
    [InlineData("_mine = given;", "_gate", "_mine = given;", "_other", false)]
    [InlineData("_mine = given;", "_gate", "_mine = given;", "new Gate()", false)]
    [InlineData("_mine = given;", "_gate", "_mine = given; _mine = null;", "_gate", false)]
    [InlineData("_mine = given;", "_gate", "_mine = new Gate();", "_gate", false)]
    public void NamesOfWrappers(string storedBefore, string handedBefore, string storedAfter, string handedAfter, bool areSame)
    {
        LockNames one = Made(storedBefore, handedBefore), two = Made(storedAfter, handedAfter);

        Assert.True(one.SameAs(Made(storedBefore, handedBefore)));
        Assert.Equal(areSame, one.SameAs(two));
        Assert.Equal(areSame, two.SameAs(one));

        static LockNames Made(string stored, string handed)
        {
            Analyzers.Graph.Program program = ProgramFacts.Of($$"""
                public sealed class Gate { private readonly object _lock = new object(); public void Run(Action act) { lock (_lock) { act(); } } }
                public sealed class Part { private Gate _mine; public Part(Gate given) { {{stored}} } public void Use() => _mine.Run(() => { }); }
                public sealed class C
                {
                    private readonly Gate _gate = new Gate(), _other = new Gate(); private Part _part;
                    public void Make() { _part = new Part({{handed}}); _other.Run(() => { }); _gate.Run(() => { }); }
                }
                """);
            return new LockNames(program, new PointsTo(program, CancellationToken.None));
        }
    }
}
