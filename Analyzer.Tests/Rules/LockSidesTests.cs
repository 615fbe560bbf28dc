using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>The sides of a reader-writer lock: each is given back by itself.</summary>
public class LockSidesTests
{
    [Theory]
    [InlineData("if (_count > 3) { _rw.ExitUpgradeableReadLock(); } else { _rw.EnterWriteLock(); try { _count++; } finally { _rw.ExitWriteLock(); } }", true)]
    [InlineData("if (_count > 3) { _rw.ExitUpgradeableReadLock(); } else { _rw.EnterWriteLock(); try { _count++; } finally { _rw.ExitWriteLock(); _rw.ExitUpgradeableReadLock(); } }", false)]
    [InlineData("try { if (_count > 3) { return; } _rw.EnterWriteLock(); try { _count++; } finally { _rw.ExitWriteLock(); } } finally { _rw.ExitUpgradeableReadLock(); }", false)]
    [InlineData("if (_count > 3) { _rw.ExitUpgradeableReadLock(); return; } _rw.EnterReadLock(); _rw.ExitUpgradeableReadLock(); _count++; _rw.ExitReadLock();", false)]
    [InlineData("if (_count > 3) { _rw.ExitUpgradeableReadLock(); return; } if (_rw.TryEnterWriteLock(10)) { _count++; _rw.ExitWriteLock(); }", true)]
    [InlineData("if (_count > 3) { _rw.ExitUpgradeableReadLock(); return; } if (_rw.TryEnterWriteLock(10)) { _count++; _rw.ExitWriteLock(); } _rw.ExitUpgradeableReadLock();", false)]
    public Task UpgradedLock_KeepsItsOwnSide(string rest, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run() {{ {(reports ? "[|_rw.EnterUpgradeableReadLock()|]" : "_rw.EnterUpgradeableReadLock()")}; {rest} }}"));

    // What tells the sides apart may not be seen: whichever is held is given back.
    [Theory]
    [InlineData("if (_writes) { _rw.EnterWriteLock(); } else { _rw.EnterReadLock(); } _count++; if (_writes) { _rw.ExitWriteLock(); } else { _rw.ExitReadLock(); }")]
    [InlineData("if (Writes(1)) { _rw.EnterWriteLock(); } else { _rw.EnterReadLock(); } _count++; if (Writes(1)) { _rw.ExitWriteLock(); } else { _rw.ExitReadLock(); }")]
    [InlineData("_rw.EnterReadLock(); try { if (_count > 3) { _rw.ExitReadLock(); _rw.EnterWriteLock(); } _count++; } finally { if (_rw.IsWriteLockHeld) { _rw.ExitWriteLock(); } else { _rw.ExitReadLock(); } }")]
    [InlineData("if (Writes(1)) { _krw.AcquireWrite(); } else { _krw.AcquireRead(); } _count++; if (_count > 7) { _krw.ReleaseWrite(); } else { _krw.ReleaseRead(); }")]
    public Task SidesOfTwoWays_AreGivenBack(string body) => Verify.VerifyAnalyzerAsync(InClass($"public void Run() {{ {body} }}"));

    [Fact]
    public Task SideThatOneWayKeeps_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("public void Run() { if (_writes) { _rw.EnterWriteLock(); } else { [|_rw.EnterReadLock()|]; } _count++; if (_writes) { _rw.ExitWriteLock(); } else if (_count > 9) { _rw.ExitReadLock(); } }"));

    private static string InClass(string members) => $$"""
        using KThreadRuntime;

        public class C
        {
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly KRwSemaphore _krw = new();
            private readonly bool _writes;
            private int _count;
            public C(bool writes) => _writes = writes;
            private bool Writes(int more) => _count + more > 3;
            {{members}}
        }
        """;
}
