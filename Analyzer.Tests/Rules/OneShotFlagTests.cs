using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 behind a flag that only one context can win: both sides ask it, so at most one of them gets to its locks.</summary>
public class OneShotFlagTests
{
    [Theory]
    [InlineData("if ((Interlocked.Exchange(ref _once, 1) == 0) == true) { LOCKS }", false)]
    [InlineData("if ((Interlocked.Exchange(ref _once, 1) == 0) != false) { LOCKS }", false)]
    [InlineData("if ((Interlocked.Exchange(ref _once, 1) == 0) == false) { return; } LOCKS", false)]
    [InlineData("if ((Interlocked.Exchange(ref _once, 1) == 0) == true) { return; } LOCKS", true)]
    [InlineData("if (Lost()) { return; } LOCKS", false)]
    [InlineData("if (!Lost()) { return; } LOCKS", true)]
    [InlineData("if (!Won()) { return; } LOCKS", false)]
    [InlineData("if (Won()) { return; } LOCKS", true)]
    [InlineData("if (!_winner.Wins(this)) { return; } LOCKS", false)]
    [InlineData("if (!_either.Wins(this)) { return; } LOCKS", true)]
    [InlineData("if (Interlocked.Exchange(ref _owner, null) == null) { return; } LOCKS", false)]
    [InlineData("lock (_flags) { if (_state != 1) { return; } _state = 2; } LOCKS", false)]
    [InlineData("lock (_flags) { if (_state == 1) { return; } _state = 1; } LOCKS", false)]
    [InlineData("lock (_flags) { if (_state != 2) { return; } _state = 2; } LOCKS", true)]
    [InlineData("lock (_flags) { if (_state == 1) { return; } _state = 1; } _state = 0; LOCKS", true)]
    public Task Winner_IsAlone(string body, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        body.Replace("LOCKS", reports ? "lock (_gate) { lock ([|_other|]) { } }" : "lock (_gate) { lock (_other) { } }", StringComparison.Ordinal),
        body.Replace("LOCKS", "lock (_other) { lock (_gate) { } }", StringComparison.Ordinal)));

    [Fact]
    public Task WinnerByAVariable_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass(
        "object? mine = Interlocked.Exchange(ref _owner, null); if (mine == null) { return; } lock (_gate) { lock (_other) { } }",
        "object? mine = Interlocked.Exchange(ref _owner, null); if (mine == null) { return; } lock (_other) { lock (_gate) { } }"));

    // Whether the flow holds a lock, asked and compared in every way.
    [Theory]
    [InlineData("if (Monitor.IsEntered(_gate) == false) { lock (_other) { } }", false)]
    [InlineData("if (Monitor.IsEntered(_gate) != true) { lock (_other) { } }", false)]
    [InlineData("if (Monitor.IsEntered(_gate) == true) { lock ([|_other|]) { } }", true)]
    [InlineData("if (Monitor.IsEntered(_gate) != false) { lock ([|_other|]) { } }", true)]
    public async Task HolderThatIsAsked_ReportsWhereItHoldsTheLock(string asked, bool reports)
    {
        await Verify.VerifyAnalyzerAsync(InClass($"lock (_gate) {{ Ask(); }} }} private void Ask() {{ {asked}", "lock (_other) { lock (_gate) { } }"));
        await Verify.VerifyAnalyzerAsync(InClass(
            asked.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal), "lock (_other) { lock (_gate) { } }"));
        Assert.Equal(reports, asked.Contains("[|", StringComparison.Ordinal));
    }

    // An iterator holds its lock while it is enumerated, and no other one's end lets it go.
    [Theory]
    [InlineData("foreach (int i in Locked()) { lock ([|_other|]) { } }", true)]
    [InlineData("foreach (int i in Locked()) { foreach (int j in Free()) { } lock ([|_other|]) { } }", true)]
    [InlineData("foreach (int i in Locked()) { } lock (_other) { }", false)]
    [InlineData("foreach (int i in Free()) { lock (_other) { } }", false)]
    public Task LockOfAnIterator_IsHeldWhileItIsEnumerated(string body, bool reports)
    {
        Assert.Equal(reports, body.Contains("[|", StringComparison.Ordinal));
        return Verify.VerifyAnalyzerAsync(InClass(body, "lock (_other) { lock (_gate) { } }"));
    }

    private static string InClass(string one, string two) => $$"""
        public abstract class Winner { public abstract bool Wins(C owner); }
        public abstract class Either { public abstract bool Wins(C owner); }
        public sealed class C
        {
            private sealed class Exchanging : Winner { public override bool Wins(C owner) => Interlocked.Exchange(ref owner._once, 1) == 0; }
            private sealed class Comparing : Winner { public override bool Wins(C owner) => Interlocked.CompareExchange(ref owner._once, 1, 0) == 0; }
            private sealed class Once : Either { public override bool Wins(C owner) => Interlocked.Exchange(ref owner._once, 1) == 0; }
            private sealed class Always : Either { public override bool Wins(C owner) => true; }
            private readonly object _gate = new(); private readonly object _other = new(); private readonly object _flags = new();
            private int _once; private int _state; private object? _owner = new();
            private Winner _winner = new Exchanging(); private Either _either = new Once();
            public void Choose() { _winner = new Comparing(); _either = new Always(); }
            private bool Lost() { if (Interlocked.Exchange(ref _once, 1) != 0) { return true; } return false; }
            private bool Won() => Interlocked.Exchange(ref _once, 1) == 0;
            private IEnumerable<int> Locked() { lock (_gate) { yield return 1; } }
            private IEnumerable<int> Free() { lock (_flags) { yield return 1; } }
            public void One() { {{one}} }
            public void Two() { {{two}} }
            public override string ToString() => $"{_state}{_owner}";
        }
        """;
}
