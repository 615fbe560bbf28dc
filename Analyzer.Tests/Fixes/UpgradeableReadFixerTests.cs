using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class UpgradeableReadFixerTests
{
    [Theory]
    [InlineData("_rows.{0}(); try {{ Inner(); }} finally {{ _rows.{1}(); }}")]
    [InlineData("_rows.{0}(); // read first\n try {{ if (_count == 0) {{ Inner(); }} }} finally {{ _rows.{1}(); /* end */ }}")]
    [InlineData("_rows.{0}(); Inner(); _rows.{1}();")]
    [InlineData("_rows.{0}(); if (_count > 0) {{ _rows.{1}(); return; }} Inner(); _rows.{1}();")]
    [InlineData("_rows.{0}(); try {{ _count++; Inner(); _count--; }} finally {{ _rows.{1}(); }}")]
    public Task ReadThenWrite_IsReadUpgradeably(string outer) => VerifyAsync(
        InClass(string.Format(null, outer, "EnterReadLock", "ExitReadLock"), "[|_rows.EnterWriteLock()|]"),
        InClass(string.Format(null, outer, "EnterUpgradeableReadLock", "ExitUpgradeableReadLock"), "_rows.EnterWriteLock()"));

    [Theory]
    [InlineData("_rows.EnterReadLock(); try { Inner(); } finally { Leave(); }")]
    [InlineData("_rows.EnterReadLock(); try { Inner(); } finally { _rows.ExitReadLock(); } _rows.EnterReadLock(); try { } finally { _rows.ExitReadLock(); }")]
    public Task ReadThatIsNotReleasedOnce_GetsNoFix(string outer) => VerifyAsync(InClass(outer, "[|_rows.EnterWriteLock()|]"), InClass(outer, "[|_rows.EnterWriteLock()|]"));

    [Fact]
    public Task LockThatCannotBeUpgraded_GetsNoFix()
    {
        const string source = """
            public sealed class Table
            {
                private readonly ReaderWriterLock _rows = new();
                public void Outer() { _rows.AcquireReaderLock(-1); try { Inner(); } finally { _rows.ReleaseReaderLock(); } }
                private void Inner() { [|_rows.AcquireWriterLock(-1)|]; try { } finally { _rows.ReleaseWriterLock(); } }
            }
            """;
        return VerifyAsync(source, source);
    }

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<ReadUpgradeAnalyzer, UpgradeableReadFixer>.VerifyCodeFixAsync(before, after);

    private static string InClass(string outer, string write) => $$"""
        public sealed class Table
        {
            private readonly ReaderWriterLockSlim _rows = new();
            private int _count;
            public void Outer() { {{outer}} }
            private void Inner() { {{write}}; try { _count++; } finally { _rows.ExitWriteLock(); } }
            private void Leave() => _rows.ExitReadLock();
        }
        """;
}
