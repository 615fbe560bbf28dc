using Verify = CrossRelease.Analyzers.Tests.Support.CSharpCodeFixVerifier<
    CrossRelease.Analyzers.CrossReleaseCycleAnalyzer,
    CrossRelease.Analyzers.CodeFixes.MoveWaitOutOfLockFixer>;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class MoveWaitOutOfLockFixerTests
{
    [Fact]
    public Task LastStatement_MovesBehindLock() => FixesAsync(
        """
            public void Stop()
            {
                lock (_gate)
                {
                    _stopping = true;

                    // The loop sees the flag.
                    [|_done.Wait()|]; // and signals
                }
            }
        """,
        """
            public void Stop()
            {
                lock (_gate)
                {
                    _stopping = true;
                }

                // The loop sees the flag.
                _done.Wait(); // and signals
            }
        """);

    [Fact]
    public Task FieldThatChanges_IsReadUnderLock() => FixesAsync(
        """
            public void Stop()
            {
                Console.WriteLine();

                // Only one stops it.
                lock (_gate)
                {
                    [|_late!.Wait()|];
                }
            }
        """,
        """
            public void Stop()
            {
                Console.WriteLine();

                ManualResetEventSlim late;
                // Only one stops it.
                lock (_gate)
                {
                    late = _late!;
                }

                late.Wait();
            }
        """,
        end: "_late!.Set();");

    [Fact]
    public Task NestedLocks_AreAllLeft() => FixesAsync(
        """
            public void Stop()
            {
                lock (_outer)
                {
                    _stopping = true;
                    lock (_gate)
                    {
                        _stopping = false;
                        [|_done.Wait()|];
                    }
                }
            }
        """,
        """
            public void Stop()
            {
                lock (_outer)
                {
                    _stopping = true;
                    lock (_gate)
                    {
                        _stopping = false;
                    }
                }

                _done.Wait();
            }
        """);

    [Fact]
    public Task ReturnOfLocal_MovesAlong() => FixesAsync(
        """
            public int Stop(int count)
            {
                lock (_gate)
                {
                    var left = count - 1;
                    [|_done.Wait()|];
                    return left;
                }
            }
        """,
        """
            public int Stop(int count)
            {
                int left;
                lock (_gate)
                {
                    left = count - 1;
                }

                _done.Wait();
                return left;
            }
        """);

    [Fact]
    public Task LocalOfBody_IsDeclaredBeforeLock() => FixesAsync(
        """
            public void Stop()
            {
                lock (_gate)
                {
                    var done = _done;
                    [|done.Wait()|];
                }
            }
        """,
        """
            public void Stop()
            {
                ManualResetEventSlim done;
                lock (_gate)
                {
                    done = _done;
                }

                done.Wait();
            }
        """);

    [Fact]
    public Task ScopeOfLock_IsALock() => FixesAsync(
        """
            private readonly Lock _gate = new();
            public void Stop()
            {
                using (_gate.EnterScope())
                {
                    _stopping = true;
                    [|_done.Wait()|];
                }
            }
        """,
        """
            private readonly Lock _gate = new();
            public void Stop()
            {
                using (_gate.EnterScope())
                {
                    _stopping = true;
                }

                _done.Wait();
            }
        """,
        gate: "",
        acquire: "using (_gate.EnterScope())");

    [Fact]
    public Task ConditionalWait_KeepsItsCondition() => FixesAsync(
        """
            public void Stop()
            {
                lock (_gate)
                {
                    _stopping = true;
                    _late?[|.Wait()|];
                }
            }
        """,
        """
            public void Stop()
            {
                ManualResetEventSlim? late;
                lock (_gate)
                {
                    _stopping = true;
                    late = _late;
                }

                late?.Wait();
            }
        """,
        end: "_late?.Set();");

    [Fact]
    public Task ResultOfWait_IsReturnedBehindLock() => FixesAsync(
        """
            private Task<int> _task = Task.FromResult(0);
            public void Begin() => _task = Task.Run(() => { lock (_gate) { return 1; } });
            public int End()
            {
                lock (_gate)
                {
                    return [|_task.Result|];
                }
            }
        """,
        """
            private Task<int> _task = Task.FromResult(0);
            public void Begin() => _task = Task.Run(() => { lock (_gate) { return 1; } });
            public int End()
            {
                Task<int> task;
                lock (_gate)
                {
                    task = _task;
                }

                return task.Result;
            }
        """);

    [Fact]
    public Task AwaiterOfTask_CapturesTheTask() => FixesAsync(
        """
            private Task<int> _task = Task.FromResult(0);
            public void Begin() => _task = Task.Run(() => { lock (_gate) { return 1; } });
            public void End()
            {
                lock (_gate)
                {
                    int result = [|_task.GetAwaiter().GetResult()|];
                }
            }
        """,
        """
            private Task<int> _task = Task.FromResult(0);
            public void Begin() => _task = Task.Run(() => { lock (_gate) { return 1; } });
            public void End()
            {
                Task<int> task;
                lock (_gate)
                {
                    task = _task;
                }

                int result = task.GetAwaiter().GetResult();
            }
        """);

    [Fact]
    public Task TwoWaits_MoveTogether()
    {
        var test = new Verify.Test
        {
            TestCode = InClass(
                """
                    public void Stop()
                    {
                        lock (_gate)
                        {
                            _stopping = true;
                            [|_done.Wait()|];
                            _done.Wait();
                        }
                    }
                """),
            FixedCode = InClass(
                """
                    public void Stop()
                    {
                        lock (_gate)
                        {
                            _stopping = true;
                        }

                        _done.Wait();
                        _done.Wait();
                    }
                """),
        };
        return test.RunAsync();
    }

    [Theory]
    [InlineData("lock (_gate) { _stopping = true; {|XR1001:_done.Wait()|}; }")]
    [InlineData("lock (_gate)\n{\n_stopping = true;\n{|XR1001:_done.Wait()|};\n_stopping = false;\n}")]
    [InlineData("lock (_gate)\n{\n// Nobody starts meanwhile.\n_ = _stopping;\nwhile (_stopping)\n{\n{|XR1001:_done.Wait()|};\n}\n}")]
    [InlineData("lock (_gate)\n{\nif (_stopping)\n{\n{|XR1001:_done.Wait()|};\n}\n_stopping = false;\n}")]
    [InlineData("lock (_gate)\n{ // kept\n{|XR1001:_done.Wait()|};\n}")]
    [InlineData("lock (_outer)\n{\nlock (_gate)\n{\n_stopping = true;\n{|XR1001:_done.Wait()|};\n}\n_stopping = false;\n}")]
    [InlineData("lock (_outer)\n{\nwhile (_stopping)\n{\nlock (_gate)\n{\n_stopping = false;\n{|XR1001:_done.Wait()|};\n}\n}\n}")]
    [InlineData("if (_stopping)\nlock (_gate)\n{\n_stopping = true;\n{|XR1001:_done.Wait()|};\n}")]
    [InlineData("lock (_gate)\n{\n_stopping = true;\n#if DEBUG\n#endif\n{|XR1001:_done.Wait()|};\n}")]
    public async Task WaitThatIsNotFreeToMove_GetsNoFix(string body)
    {
        var source = InClass($"    public void Stop()\n    {{\n{body}\n    }}");
        await Verify.VerifyCodeFixAsync(source, source);
    }

    private static Task FixesAsync(string before, string after, string gate = DefaultGate, string acquire = DefaultAcquire, string end = DefaultEnd)
        => Verify.VerifyCodeFixAsync(InClass(before, gate, acquire, end), InClass(after, gate, acquire, end));

    private const string DefaultGate = "private readonly object _gate = new();";

    private const string DefaultAcquire = "lock (_gate)";
    private const string DefaultEnd = "_done.Set();";

    private static string InClass(string member, string gate = DefaultGate, string acquire = DefaultAcquire, string end = DefaultEnd) => $$"""
        #nullable enable
        sealed class Worker
        {
            {{gate}}
            private readonly object _outer = new();
            private readonly ManualResetEventSlim _done = new();
            private ManualResetEventSlim? _late = new();
            private bool _stopping;

            public void Start() => new Thread(Loop).Start();

            private void Loop()
            {
                {{acquire}}
                {
                    _stopping |= _stopping;
                }

                {{end}}
            }

        {{member}}
        }
        """;
}
