using static CrossRelease.Analyzers.Tests.Rules.LockNotReleasedTests;
using Lost = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2005 for semaphores that are locks, for what one body alone forgets, and for tries.</summary>
public class LockNotReleasedSemaphoreTests
{
    // A finally around the turn would give back what the task gives back as well.
    [Theory]
    [InlineData("if (!File.Exists(path)) continue; _ = Task.Run(() => { try { File.Delete(path); } finally { _units.Release(); } });")]
    [InlineData("_ = Task.Run(() => { File.Delete(path); _units.Release(); });")]
    public Task UnitThatEachTurnHandsOn_GetsNoFinally(string turn)
    {
        string source = $$"""
            public sealed class C
            {
                private readonly SemaphoreSlim _units = new(4, 4);
                public async Task RunAsync(IEnumerable<string> paths) { foreach (string path in paths) { await [|_units.WaitAsync()|]; {{turn}} } }
            }
            """;
        return Support.CSharpCodeFixVerifier<LockNotReleasedAnalyzer, CodeFixes.ReleaseInFinallyFixer>.VerifyCodeFixAsync(source, source);
    }

    // Each turn hands its unit to a task that gives it back.
    [Theory]
    [InlineData("if (!File.Exists(path)) continue; _ = Task.Run(() => { try { File.Delete(path); } finally { _units.Release(); } });", true)]
    [InlineData("if (!File.Exists(path)) { _units.Release(); continue; } _ = Task.Run(() => { try { File.Delete(path); } finally { _units.Release(); } });", false)]
    [InlineData("if (!File.Exists(path)) break; _ = Task.Run(() => { try { File.Delete(path); } finally { _units.Release(); } });", false)]
    [InlineData("_ = Task.Run(() => { File.Delete(path); _units.Release(); });", true)]
    [InlineData("_ = Task.Run(async () => { await File.ReadAllTextAsync(path); _units.Release(); });", true)]
    [InlineData("_ = Task.Run(() => { Check(path); _units.Release(); });", true)]
    [InlineData("_ = Task.Run(async () => { try { await File.ReadAllTextAsync(path); } finally { _units.Release(); } });", false)]
    [InlineData("_ = Task.Run(() => { _count++; _units.Release(); });", false)]
    public Task UnitThatEachTurnHandsOn(string turn, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _units = new(4, 4); private int _count;
            public async Task RunAsync(IEnumerable<string> paths)
            {
                foreach (string path in paths) { await {{(reports ? "[|_units.WaitAsync()|]" : "_units.WaitAsync()")}}; {{turn}} }
                for (int i = 0; i < 4; i++) { await _units.WaitAsync(); }
            }
            private static void Check(string path) { if (path.Length > 9) { throw new InvalidDataException(path); } }
        }
        """);

    [Theory]
    [InlineData("_sem.Wait()")]
    [InlineData("await _sem.WaitAsync()")]
    public async Task SemaphoreKeptByAReturn_Reports(string wait)
    {
        string call = wait.Replace("await ", "");
        await Verify.VerifyAnalyzerAsync(InClass($"public async Task RunAsync() {{ {wait.Replace(call, $"[|{call}|]")}; if (_count > 3) return; await Task.Yield(); _sem.Release(); }}"));
        await Verify.VerifyAnalyzerAsync(InClass($"public async Task RunAsync() {{ {wait}; if (_count > 3) {{ _sem.Release(); return; }} await Task.Yield(); _sem.Release(); }}"));
        await Lost.VerifyAnalyzerAsync(InClass($"public async Task RunAsync() {{ {wait}; if (_count > 3) return; await Task.Yield(); _sem.Release(); }}"));
    }

    // All others give back what they have taken themselves, so nobody does for the one that forgets it.
    [Theory]
    [InlineData("[|_sem.Wait()|]; _count = 0;", true)]
    [InlineData("[|_sem.Wait()|]; try { _count = 0; } finally { _count++; }", true)]
    [InlineData("_sem.Wait(); _count = 0; Leave();", false)]
    [InlineData("_sem.Wait(); _sem.Dispose();", false)]
    [InlineData("_sem.Wait(); Registry.Add(_sem);", false)]
    [InlineData("for (int i = 0; i < 3; i++) { _sem.Wait(); }", false)]
    [InlineData("if (!_sem.Wait(10)) return; _count = 0; Done += () => _sem.Release();", false)]
    public Task SemaphoreThatOneBodyForgets_Reports(string body, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        private static readonly List<object> Registry = new();
        public event Action? Done;
        public void Add() { _sem.Wait(); try { _count++; } finally { _sem.Release(); } }
        {{(body.Contains("Leave") ? "private void Leave() => _sem.Release();" : "")}}
        public void Clear() { {{(reports ? body : body.Replace("[|", "").Replace("|]", ""))}} }
        public void Raise() => Done?.Invoke();
        """));

    [Theory]
    [InlineData("new(1, 1)", "Clear", true)]
    [InlineData("new(2, 2)", "Clear", false)]
    [InlineData("new(1, 1)", "Dispose", false)]
    public Task ForgottenSemaphore_IsALockThatStaysOfUse(string made, string method, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        private readonly SemaphoreSlim _turns = {{made}};
        public void Add() { _turns.Wait(); try { _count++; } finally { _turns.Release(); } }
        public void {{method}}() { {{(reports ? "[|_turns.Wait()|]" : "_turns.Wait()")}}; _count = 0; }
        """));

    // What has its one unit from the start is a lock behind two methods as well; what begins without is a completion, which an exception loses.
    [Theory]
    [InlineData("new(1, 1)", false)]
    [InlineData("new(0, 1)", true)]
    public Task SemaphoreBehindTwoMethods(string made, bool reports) => Lost.VerifyAnalyzerAsync($$"""
        public sealed class Gate
        {
            private readonly SemaphoreSlim _turn = {{made}};
            public void Enter() => {{(reports ? "[|_turn.Wait()|]" : "_turn.Wait()")}};
            public void Leave() => _turn.Release();
        }
        public sealed class Loop
        {
            private readonly Gate _gate = new();
            private int _count;
            public void Start() => Task.Run(Run);
            public void Join() => _gate.Enter();
            private void Run() { _count++; if (_count > 3) throw new IOException(); {{(reports ? "" : "_gate.Enter();")}} _gate.Leave(); }
        }
        """);

    // A place that somebody else gives back; of a semaphore that begins without units it is a signal.
    [Theory]
    [InlineData("new(size, size)", "if (_count > 3) throw new IOException();", true)]
    [InlineData("new(4, 4)", "if (_count > 3) throw new IOException();", true)]
    [InlineData("new(size, size)", "", false)]
    [InlineData("new(0, size)", "if (_count > 3) throw new IOException();", false)]
    [InlineData("new(0)", "if (_count > 3) throw new IOException();", false)]
    [InlineData("new(size, size)", "try { if (_count > 3) throw new IOException(); } catch (IOException) { }", false)]
    public Task PlaceLostByAnException_Reports(string made, string make, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Pool
        {
            private readonly SemaphoreSlim _places;
            private readonly Stack<object> _idle = new();
            private int _count;
            public Pool(int size) => _places = {{made}};
            public object Get() { {{(reports ? "[|_places.Wait()|]" : "_places.Wait()")}}; lock (_idle) { if (_idle.Count > 0) return _idle.Pop(); } return Make(); }
            public void Give(object back) { lock (_idle) _idle.Push(back); _places.Release(); }
            private object Make() { _count++; {{make}} return new object(); }
        }
        """);

    [Theory]
    [InlineData("Monitor.Enter(_gate)", "Monitor.Exit(_gate)")]
    [InlineData("_rw.EnterReadLock()", "_rw.ExitReadLock()")]
    public Task LockThatOneBodyForgets_Reports(string take, string give) => Verify.VerifyAnalyzerAsync(InClass($$"""
        public void Add() { {{take}}; try { _count++; } finally { {{give}}; } }
        public void Clear() { [|{{take}}|]; _count = 0; }
        """));

    // A semaphore that begins with no unit is a signal: who waits for it gives nothing back.
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public Task SemaphoreThatOthersGive_IsNoLock(int units, bool isQuiet) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly SemaphoreSlim _arrived = new({{units}});
        public void Arrive() => _arrived.Release();
        public void Run() { {{(isQuiet ? "_arrived.Wait()" : "[|_arrived.Wait()|]")}}; if (_count > 3) throw new TimeoutException(); }
        """));

    // Whoever passes the answer of a try on, or something instead of nothing, has the lock where it says so.
    [Theory]
    [InlineData("bool Try() => _sem.Wait(0);", "if (!Try()) return;")]
    [InlineData("bool Try() => _sem.Wait(100);", "if (!Try()) return;")]
    [InlineData("bool Try() { if (!_sem.Wait(0)) return false; _count = 0; return true; }", "if (!Try()) return;")]
    [InlineData("IDisposable? Try() { if (!_sem.Wait(0)) return null; return new Held(_sem); }", "var held = Try(); if (held == null) return;")]
    public async Task TryThatACalleeMakes_TakesTheLock(string callee, string call)
    {
        string members = $"private {callee} private sealed class Held(SemaphoreSlim sem) : IDisposable {{ public void Dispose() => sem.Release(); }} public void Run() {{ CALL REST }}";
        const string Leak = "if (_count > 3) throw new IOException(); _count++; _sem.Release();";
        const string Guarded = "try { if (_count > 3) throw new IOException(); _count++; } finally { _sem.Release(); }";
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("CALL", call.Replace("Try()", "[|Try()|]")).Replace("REST", Leak)));
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("CALL", call).Replace("REST", Guarded)));
    }

    // A try that fails at once has taken the semaphore all the same where it does not.
    [Theory]
    [InlineData("if (![|_sem.Wait(0)|]) return; if (_count > 3) throw new IOException(); _sem.Release();")]
    [InlineData("if (![|_sem.Wait(TimeSpan.Zero)|]) return; if (_count > 3) throw new IOException(); _sem.Release();")]
    [InlineData("if (!_sem.Wait(0)) { if (_count > 3) throw new IOException(); return; } _sem.Release();")]
    [InlineData("if (_sem.Wait(0)) { try { if (_count > 3) throw new IOException(); } finally { _sem.Release(); } }")]
    public Task TryWithoutALimit_TakesTheSemaphore(string body) => Verify.VerifyAnalyzerAsync(InClass($"public void Run() {{ {body} }}"));

    [Theory]
    [InlineData("TimeSpan.Zero")]
    [InlineData("1000")]
    public async Task AnswerOfOneOfTwoTries_IsKnownBehindTheChoice(string limit)
    {
        string program = $"public async Task RunAsync(bool patient) {{ bool taken = patient ? await WAIT : await _sem.WaitAsync({limit}); if (!taken) return; LEAK try {{ await Task.Yield(); }} finally {{ _sem.Release(); }} }}";
        await Verify.VerifyAnalyzerAsync(InClass(program.Replace("WAIT", "_sem.WaitAsync(Timeout.Infinite)").Replace("LEAK", "")));
        await Verify.VerifyAnalyzerAsync(InClass(program.Replace("WAIT", "[|_sem.WaitAsync(Timeout.Infinite)|]").Replace("LEAK", "if (_count > 3) return;")));
    }
    // Nobody else can give it back: the helper that could is called by who takes it, by another helper, alone.
    [Theory]
    [InlineData("[|_gate.Enter()|]; if (text.Length == 0) { return; } _count++; _gate.Exit();", true)]
    [InlineData("_gate.Enter(); if (text.Length == 0) { _gate.Exit(); return; } _count++; _gate.Exit();", false)]
    [InlineData("_gate.Enter(); if (text.Length == 0) { return; } _count++; _gate.Exit(); } public void Leave() { _gate.Exit();", false)]
    [InlineData("var held = [|_gate.Hold()|]; if (text.Length == 0) { return; } _count++; held.Dispose();", true)]
    [InlineData("var held = _gate.Hold(); if (text.Length > 0) { _count++; } held.Dispose();", false)]
    public Task LockOfAHelper_IsForWhoTakesItToGiveBack(string body, bool reports)
    {
        Assert.Equal(reports, body.Contains("[|", StringComparison.Ordinal));
        return Verify.VerifyAnalyzerAsync($$"""
            public sealed class Gate
            {
                private readonly SemaphoreSlim _sem = new(1, 1);
                public void Enter() => _sem.Wait();
                public void Exit() => _sem.Release();
                public Held Hold() { _sem.Wait(); return new Held(this); }
                public sealed class Held(Gate gate) : IDisposable { public void Dispose() => gate._sem.Release(); }
            }
            public sealed class Writer
            {
                private readonly Gate _gate = new(); private int _count;
                public void Add(string text) { {{body}} }
            }
            """);
    }

    // A callee that takes a unit and then tells the one who gives it back has handed it on.
    [Theory]
    [InlineData("_filled.Release();", false)]
    [InlineData("", true)]
    public Task UnitThatACalleeTakesForOthers(string tell, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Renderer
        {
            private readonly Queue<Action> _commands = new(); private readonly SemaphoreSlim _free = new(8, 8); private readonly SemaphoreSlim _filled = new(0);
            public Renderer() => new Thread(Loop).Start();
            private void New(Action command) { _free.Wait(); _commands.Enqueue(command); {{tell}} }
            private void Loop() { while (true) { _filled.Wait(); if (_commands.TryDequeue(out var command)) { command(); _free.Release(); } } }
            public void Draw(int live) { {{(reports ? "[|New(() => { })|]" : "New(() => { })")}}; if (live > 12) { throw new InvalidOperationException(); } }
        }
        """);

    [Theory]
    [InlineData("await [|_sem.WaitAsync(token)|]; token.ThrowIfCancellationRequested(); try { _count++; } finally { _sem.Release(); }")]
    [InlineData("token.ThrowIfCancellationRequested(); await _sem.WaitAsync(token); try { _count++; } finally { _sem.Release(); }")]
    [InlineData("await _sem.WaitAsync(token); try { token.ThrowIfCancellationRequested(); _count++; } finally { _sem.Release(); }")]
    public Task TokenThatIsAskedToThrow(string body) => Verify.VerifyAnalyzerAsync(InClass($"public async Task Add(CancellationToken token) {{ {body} }}"));

}
