using Verify = CrossRelease.Analyzers.Tests.Support.CSharpCodeFixVerifier<
    CrossRelease.Analyzers.CrossReleaseCycleAnalyzer,
    CrossRelease.Analyzers.CodeFixes.MoveWaitOutOfLockFixer>;

namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>Other locks than <c>lock</c>, waits in branches, calls on the way to the wait, and what runs handlers.</summary>
public class MoveWaitOutOfLockShapesTests
{
    [Fact]
    public Task MonitorWithFinally_IsALock() => FixesAsync(
        """
            public void Stop()
            {
                Monitor.Enter(_gate);
                try
                {
                    _stopping = true;
                    [|_late!.Wait()|];
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
            }
        """,
        """
            public void Stop()
            {
                ManualResetEventSlim late;
                Monitor.Enter(_gate);
                try
                {
                    _stopping = true;
                    late = _late!;
                }
                finally
                {
                    Monitor.Exit(_gate);
                }

                late.Wait();
            }
        """,
        end: "_late!.Set();");

    [Fact]
    public Task MonitorWithTakenFlag_IsALock() => FixesAsync(
        """
            public void Stop()
            {
                var taken = false;
                try
                {
                    Monitor.Enter(_gate, ref taken);
                    _stopping = true;
                    [|_done.Wait()|];
                }
                finally
                {
                    if (taken)
                    {
                        Monitor.Exit(_gate);
                    }
                }
            }
        """,
        """
            public void Stop()
            {
                var taken = false;
                try
                {
                    Monitor.Enter(_gate, ref taken);
                    _stopping = true;
                }
                finally
                {
                    if (taken)
                    {
                        Monitor.Exit(_gate);
                    }
                }

                _done.Wait();
            }
        """);

    [Fact]
    public Task SemaphoreAsLock_IsALock() => FixesAsync(
        """
            private readonly SemaphoreSlim _one = new(1, 1);
            public void Stop()
            {
                _one.Wait();
                try
                {
                    _stopping = true;
                    [|_done.Wait()|];
                }
                finally
                {
                    _one.Release();
                }
            }
        """,
        """
            private readonly SemaphoreSlim _one = new(1, 1);
            public void Stop()
            {
                _one.Wait();
                try
                {
                    _stopping = true;
                }
                finally
                {
                    _one.Release();
                }

                _done.Wait();
            }
        """,
        acquire: "_one.Wait(); _one.Release();");

    [Fact]
    public Task WriterOfReaderWriterLock_IsALock() => FixesAsync(
        """
            private readonly ReaderWriterLockSlim _table = new();
            public void Stop()
            {
                _table.EnterWriteLock();
                try
                {
                    _stopping = true;
                    [|_done.Wait()|];
                }
                finally
                {
                    _table.ExitWriteLock();
                }
            }
        """,
        """
            private readonly ReaderWriterLockSlim _table = new();
            public void Stop()
            {
                _table.EnterWriteLock();
                try
                {
                    _stopping = true;
                }
                finally
                {
                    _table.ExitWriteLock();
                }

                _done.Wait();
            }
        """,
        acquire: "_table.EnterReadLock(); _table.ExitReadLock();");

    [Fact]
    public Task WaitInBranch_IsRememberedByAFlag() => FixesAsync(
        """
            public void Stop()
            {
                lock (_gate)
                {
                    _stopping = true;
                    if (_running)
                    {
                        // It has seen the flag.
                        [|_done.Wait()|];
                    }
                }
            }
        """,
        """
            public void Stop()
            {
                var isDue = false;
                lock (_gate)
                {
                    _stopping = true;
                    if (_running)
                    {
                        isDue = true;
                    }
                }

                if (isDue)
                {
                    // It has seen the flag.
                    _done.Wait();
                }
            }
        """);

    [Fact]
    public Task WaitThatAsksForItself_NeedsNoFlag() => FixesAsync(
        """
            public void Stop()
            {
                lock (_gate)
                {
                    if (_running)
                        _late?[|.Wait()|];
                }
            }
        """,
        """
            public void Stop()
            {
                ManualResetEventSlim? late = null;
                lock (_gate)
                {
                    if (_running)
                    {
                        late = _late;
                    }
                }

                late?.Wait();
            }
        """,
        end: "_late?.Set();");

    [Fact]
    public Task LockThatOnlyWaits_Goes() => FixesAsync(
        """
            public void Stop()
            {
                _running = false;
                lock (_gate)
                {
                    // Wait for the last round.
                    [|_done.Wait()|];
                }
            }
        """,
        """
            public void Stop()
            {
                _running = false;
                // Wait for the last round.
                _done.Wait();
            }
        """);

    [Fact]
    public Task CallThatOnlyWaits_MovesAsAWhole() => FixesAsync(
        """
            public int Stop(int left)
            {
                lock (_gate)
                {
                    _stopping = true;
                    Drain();
                    return left;
                }
            }

            private void Drain() => [|_done.Wait()|];
        """,
        """
            public int Stop(int left)
            {
                lock (_gate)
                {
                    _stopping = true;
                }

                Drain();
                return left;
            }

            private void Drain() => _done.Wait();
        """);

    [Fact]
    public Task OutVariableOfBody_IsDeclaredBeforeLock() => FixesAsync(
        """
            private readonly Dictionary<int, ManualResetEventSlim> _all = new();
            public void Stop(int key)
            {
                lock (_gate)
                {
                    if (!_all.TryGetValue(key, out var done))
                    {
                        return;
                    }

                    [|_done.Wait()|];
                    done.Wait();
                }
            }
        """,
        """
            private readonly Dictionary<int, ManualResetEventSlim> _all = new();
            public void Stop(int key)
            {
                ManualResetEventSlim? done;
                lock (_gate)
                {
                    if (!_all.TryGetValue(key, out done))
                    {
                        return;
                    }
                }

                _done.Wait();
                done.Wait();
            }
        """);

    [Fact]
    public Task HandlersInALoop_AreCopied() => FixesAsync(
        """
            private readonly List<Action> _handlers = new();
            public void Attach() { lock (_gate) { _handlers.Add(() => [|_done.Wait()|]); } }
            public void Raise()
            {
                lock (_gate)
                {
                    _stopping = true;
                    foreach (var handler in _handlers)
                    {
                        handler();
                    }
                }
            }
        """,
        """
            private readonly List<Action> _handlers = new();
            public void Attach() { lock (_gate) { _handlers.Add(() => _done.Wait()); } }
            public void Raise()
            {
                Action[] handlers;
                lock (_gate)
                {
                    _stopping = true;
                    handlers = _handlers.ToArray();
                }

                foreach (var handler in handlers)
                {
                    handler();
                }
            }
        """);

    [Fact]
    public Task HandlersByIndex_AreCopied() => FixesAsync(
        """
            private readonly List<Action<int>> _handlers = new();
            public void Attach() { lock (_gate) { _handlers.Add(n => [|_done.Wait()|]); } }
            public void Raise(int n)
            {
                lock (_gate)
                {
                    for (int i = 0; i < _handlers.Count; i++)
                        _handlers[i](n);
                }
            }
        """,
        """
            private readonly List<Action<int>> _handlers = new();
            public void Attach() { lock (_gate) { _handlers.Add(n => _done.Wait()); } }
            public void Raise(int n)
            {
                Action<int>[] handlers;
                lock (_gate)
                {
                    handlers = _handlers.ToArray();
                }

                for (int i = 0; i < handlers.Length; i++)
                    handlers[i](n);
            }
        """);

    [Fact]
    public Task FieldThatTheLockKeepsStill_IsReadUnderIt() => FixesAsync(
        """
            private int _stops;
            public int Stop()
            {
                lock (_gate)
                {
                    _stops++;
                    [|_done.Wait()|];
                    return _stops;
                }
            }
        """,
        """
            private int _stops;
            public int Stop()
            {
                int stops;
                lock (_gate)
                {
                    _stops++;
                    stops = _stops;
                }

                _done.Wait();
                return stops;
            }
        """);

    /// <summary>What is returned may be what was waited for.</summary>
    [Fact]
    public async Task FieldThatOthersWrite_GetsNoFix()
    {
        var source = InClass(
            """
                private int _rounds;
                public void Count() => _rounds++;
                public int Stop()
                {
                    lock (_gate)
                    {
                        _stopping = true;
                        [|_done.Wait()|];
                        return _rounds;
                    }
                }
            """,
            "lock (_gate) { }",
            "_done.Set();");
        await Verify.VerifyCodeFixAsync(source, source);
    }

    /// <summary>What the call does besides is done under the lock on purpose, for all that is seen.</summary>
    [Theory]
    [InlineData("_running = false; _done.Wait();")]
    [InlineData("_log.Add(1); _done.Wait();")]
    [InlineData("_late!.Wait();")]
    public async Task CallThatTouchesWhatTheLockGuards_GetsNoFix(string drain)
    {
        var source = InClass(
            $$"""
                private readonly List<int> _log = new();
                public void Stop()
                {
                    lock (_gate)
                    {
                        _stopping = true;
                        Drain();
                    }
                }

                private void Drain() { {{drain.Replace("_done.Wait()", "[|_done.Wait()|]").Replace("_late!.Wait()", "[|_late!.Wait()|]")}} }
            """,
            "lock (_gate) { }",
            drain.StartsWith("_late", StringComparison.Ordinal) ? "_late!.Set();" : "_done.Set();");
        await Verify.VerifyCodeFixAsync(source, source);
    }

    private static Task FixesAsync(string before, string after, string acquire = "lock (_gate) { }", string end = "_done.Set();")
        => Verify.VerifyCodeFixAsync(InClass(before, acquire, end), InClass(after, acquire, end));

    private static string InClass(string member, string acquire, string end) => $$"""
        #nullable enable
        sealed class Worker
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            private ManualResetEventSlim? _late = new();
            private bool _stopping;
            private bool _running = true;

            public void Start() => new Thread(Loop).Start();

            private void Loop()
            {
                {{acquire}}
                {{end}}
            }

        {{member}}
        }
        """;
}
