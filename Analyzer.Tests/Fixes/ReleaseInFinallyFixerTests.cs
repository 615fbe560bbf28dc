using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class ReleaseInFinallyFixerTests
{
    [Fact]
    public Task StatementsBetween_AreWrapped() => FixesAsync(
        """
                [|Monitor.Enter(_gate)|];
                _count++;

                // May throw.
                Work();
                Monitor.Exit(_gate); // last
        """,
        """
                Monitor.Enter(_gate);
                try
                {
                    _count++;

                    // May throw.
                    Work();
                }
                finally
                {
                    Monitor.Exit(_gate); // last
                }
        """);

    [Fact]
    public Task EmptyLineBeforeRelease_Goes() => FixesAsync(
        """
                [|Monitor.Enter(_gate)|];
                Work();

                Monitor.Exit(_gate);
                Console.WriteLine();
        """,
        """
                Monitor.Enter(_gate);
                try
                {
                    Work();
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
                Console.WriteLine();
        """);

    [Fact]
    public Task LocalUsedBehind_IsDeclaredBefore() => FixesAsync(
        """
                [|Monitor.Enter(_gate)|];
                var seen = Work();
                Monitor.Exit(_gate);
                Console.WriteLine(seen);
        """,
        """
                Monitor.Enter(_gate);
                int seen;
                try
                {
                    seen = Work();
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
                Console.WriteLine(seen);
        """);

    [Fact]
    public Task EarlyRelease_IsLeftToTheFinally() => FixesAsync(
        """
                [|Monitor.Enter(_gate)|];
                if (Work() == 0)
                {
                    Monitor.Exit(_gate);
                    return;
                }

                _count++;
                Monitor.Exit(_gate);
        """,
        """
                Monitor.Enter(_gate);
                try
                {
                    if (Work() == 0)
                    {
                        return;
                    }

                    _count++;
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
        """);

    [Fact]
    public Task ForgottenReturn_IsLeftToTheFinally() => FixesAsync(
        """
                [|Monitor.Enter(_gate)|];
                if (_count == 0)
                {
                    return;
                }

                _count++;
                Monitor.Exit(_gate);
        """,
        """
                Monitor.Enter(_gate);
                try
                {
                    if (_count == 0)
                    {
                        return;
                    }

                    _count++;
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
        """);

    [Fact]
    public Task StatementsBeforeTheTry_MoveIntoIt() => FixesAsync(
        """
                [|Monitor.Enter(_gate)|];

                // Nothing to do.
                if (_count == 0)
                {
                    return;
                }

                try
                {
                    Work();
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
        """,
        """
                Monitor.Enter(_gate);
                try
                {
                    // Nothing to do.
                    if (_count == 0)
                    {
                        return;
                    }

                    Work();
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
        """);

    [Fact]
    public Task WriterLock_IsWrapped() => FixesAsync(
        """
                [|_table.EnterWriteLock()|];
                Work();
                _table.ExitWriteLock();
        """,
        """
                _table.EnterWriteLock();
                try
                {
                    Work();
                }
                finally
                {
                    _table.ExitWriteLock();
                }
        """);

    [Fact]
    public Task Mutex_IsWrapped() => FixesAsync(
        """
                [|_mutex.WaitOne()|];
                Work();
                _mutex.ReleaseMutex();
        """,
        """
                _mutex.WaitOne();
                try
                {
                    Work();
                }
                finally
                {
                    _mutex.ReleaseMutex();
                }
        """);

    [Theory]
    [InlineData("_turns.Wait()", "_turns.Release()")]
    [InlineData("this._turns.Wait()", "this._turns.Release()")]
    [InlineData("Monitor.Enter(_gate)", "Monitor.Exit(_gate)")]
    public Task HandingOverThatFails_GivesBack(string acquire, string release) => VerifyHandOverAsync(
        $$"""
                [|{{acquire}}|];
                // Begins its turn.
                Work();
                _count++;
        """,
        $$"""
                {{acquire}};
                try
                {
                    // Begins its turn.
                    Work();
                    _count++;
                }
                catch
                {
                    {{release}};
                    throw;
                }
        """);

    [Theory]
    [InlineData("[|_turns.Wait()|];\nWork();\nif (_count > 3)\n{\nRelease();\n}")]
    [InlineData("[|_turns.Wait()|];\nRun(() => Work());")]
    [InlineData("[|_turns.Wait()|]; Work();")]
    public Task HandingOverThatMayRelease_GetsNoFix(string body) => VerifyHandOverAsync(body, body);

    [Theory]
    [InlineData("[|Monitor.Enter(_gate)|]; Work(); Monitor.Exit(_gate);")]
    [InlineData("[|Monitor.Enter(_gate)|];\n#if NET\nWork();\n#endif\nMonitor.Exit(_gate);")]
    [InlineData("[|Monitor.Enter(_gate)|];\nif (Work() == 0)\n{\nMonitor.Exit(_gate);\n_count++;\nreturn;\n}\nMonitor.Exit(_gate);")]
    public async Task WhatDoesNotStandOnItsOwn_GetsNoFix(string body)
    {
        var source = InClass(body);
        await CSharpCodeFixVerifier<LockNotReleasedAnalyzer, ReleaseInFinallyFixer>.VerifyCodeFixAsync(source, source);
    }

    private static Task FixesAsync(string before, string after)
        => CSharpCodeFixVerifier<LockNotReleasedAnalyzer, ReleaseInFinallyFixer>.VerifyCodeFixAsync(InClass(before), InClass(after));

    private static Task VerifyHandOverAsync(string before, string after)
        => CSharpCodeFixVerifier<LockNotReleasedAnalyzer, ReleaseInFinallyFixer>.VerifyCodeFixAsync(InHandOver(before), InHandOver(after));

    private static string InHandOver(string body) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly SemaphoreSlim _turns = new(1, 1);
            private int _count;

            public void Acquire()
            {
        {{body}}
            }

            public void Release() { if (_count == 1) { Monitor.Exit(_gate); } _turns.Release(); }
            public void Use() { Acquire(); try { _count--; } finally { Release(); } }
            private int Work() => _count < 0 ? throw new InvalidOperationException() : _count;
            private static void Run(Action work) => work();
        }
        """;

    private static string InClass(string body) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly ReaderWriterLockSlim _table = new();
            private readonly Mutex _mutex = new();
            private int _count;

            public void Run()
            {
        {{body}}
            }

            private int Work() => _count < 0 ? throw new InvalidOperationException() : _count;
        }
        """;
}
