using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class LockNotReleasedTests
{
    [Fact]
    public Task ForeignCallBetweenEnterAndExit_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("public void Run(Action work) { {|#0:Monitor.Enter(_gate)|}; {|#1:work()|}; Monitor.Exit(_gate); }"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR2005_LockNotReleased).WithLocation(0).WithLocation(1).WithMessage(
            "'C.Run' acquires '_gate' and can leave by an exception without releasing it. Release it in a finally block."));

    [Fact]
    public Task ExceptionFromCallee_ReportsWhoThrows() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Run() { {|#0:Monitor.Enter(_gate)|}; Work(); Monitor.Exit(_gate); }
            private void Work() { if (_count > 3) throw {|#1:new IOException()|}; }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR2005_LockNotReleased).WithLocation(0).WithLocation(1).WithMessage(
            "'C.Run' acquires '_gate' and can leave by an exception from 'C.Work' without releasing it. Release it in a finally block."));

    [Theory]
    [InlineData("Monitor.Enter(_gate)", "Monitor.Exit(_gate)")]
    [InlineData("_lock.Enter()", "_lock.Exit()")]
    [InlineData("_rw.EnterReadLock()", "_rw.ExitReadLock()")]
    [InlineData("_rw.EnterWriteLock()", "_rw.ExitWriteLock()")]
    [InlineData("_rw.EnterUpgradeableReadLock()", "_rw.ExitUpgradeableReadLock()")]
    [InlineData("_mutex.WaitOne()", "_mutex.ReleaseMutex()")]
    [InlineData("_sem.Wait()", "_sem.Release()")]
    [InlineData("_kmutex.Acquire()", "_kmutex.Release()")]
    [InlineData("_krw.AcquireWrite()", "_krw.ReleaseWrite()")]
    [InlineData("Monitor.Enter(s_gate)", "Monitor.Exit(s_gate)")]
    public async Task ReleaseBehindForeignCode_ReportsUnlessInFinally(string acquire, string release)
    {
        await Verify.VerifyAnalyzerAsync(InClass($"public void Run(Action work) {{ [|{acquire}|]; work(); {release}; }}"));
        await Verify.VerifyAnalyzerAsync(InClass($"public void Run(Action work) {{ {acquire}; try {{ work(); }} finally {{ {release}; }} }}"));
    }

    [Theory]
    [InlineData("if ([|_mutex.WaitOne(100)|]) { if (_count > 3) { return; } _mutex.ReleaseMutex(); }")]
    [InlineData("if (_mutex.WaitOne()) { _mutex.ReleaseMutex(); }")]
    [InlineData("if (!_mutex.WaitOne()) { return; } _mutex.ReleaseMutex();")]
    public Task WaitWithoutLimit_GetsTheLock(string body) => Verify.VerifyAnalyzerAsync(InClass($"public void Run() {{ {body} }}"));

    [Theory]
    [InlineData("case string text: _count = text.Length; break; case int number: if (number > 3) { return; } break;", true)]
    [InlineData("case string text: _count = text.Length; break; case int number: if (number > 3) { _count = number; } break;", false)]
    public Task SecondTypeThatIsLookedFor_IsAWayToo(string cases, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Run(object item) {{ {(reports ? "[|Monitor.Enter(_gate)|]" : "Monitor.Enter(_gate)")}; switch (item) {{ {cases} }} Monitor.Exit(_gate); }}"));

    // Whoever catches everything and goes on counts on complaints as well.
    [Theory]
    [InlineData("[|_rw.EnterWriteLock()|]; try { Save(1); _rw.ExitWriteLock(); } catch (Exception e) { Console.WriteLine(e); }")]
    [InlineData("_rw.EnterWriteLock(); try { Save(1); } catch (Exception e) { Console.WriteLine(e); } finally { _rw.ExitWriteLock(); }")]
    [InlineData("_rw.EnterWriteLock(); try { Save(1); _rw.ExitWriteLock(); } catch (Exception e) { Console.WriteLine(e); throw; }")]
    [InlineData("_rw.EnterWriteLock(); Save(1); _rw.ExitWriteLock();")]
    public Task ComplaintThatIsSwallowed_Counts(string body) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Run() {{ {body} }} private void Save(int part) {{ if (part > _count) {{ throw new ArgumentException(\"part\"); }} _count = part; }}"));

    // What a finally block throws in sight, before it releases, skips the release.
    [Theory]
    [InlineData("[|Monitor.Enter(_gate)|]; try { _count++; } finally { Check(); Monitor.Exit(_gate); }")]
    [InlineData("[|Monitor.Enter(_gate)|]; try { work(); } finally { Check(); Monitor.Exit(_gate); }")]
    [InlineData("[|Monitor.Enter(_gate)|]; try { work(); } finally { if (_count > 3) { throw new IOException(); } Monitor.Exit(_gate); }")]
    [InlineData("Monitor.Enter(_gate); try { _count++; } finally { Monitor.Exit(_gate); Check(); }")]
    [InlineData("Monitor.Enter(_gate); try { _count++; } finally { try { Check(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor.Enter(_gate); try { _count++; } finally { try { Check(); } catch (IOException) { } Monitor.Exit(_gate); }")]
    [InlineData("Monitor.Enter(_gate); try { _count++; } finally { work(); Monitor.Exit(_gate); }")]
    [InlineData("Monitor.Enter(_gate); try { try { _count++; } finally { Check(); } } finally { Monitor.Exit(_gate); }")]
    public Task ExceptionOfAFinallyBlock_Counts(string body) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Run(Action work) {{ {body} }} private void Check() {{ if (_count > 3) {{ throw new IOException(); }} }}"));

    [Fact]
    public Task KnownMiss_PairOfVisibleMethods() => Verify.VerifyAnalyzerAsync(InClass(
        "public void Acquire() => Monitor.Enter(_gate); public void Release() => Monitor.Exit(_gate); public void Run(Action work) { Acquire(); work(); Release(); }"));

    [Fact]
    public Task AnswerOfAnEarlierTurn_SaysNothingOfTheNext() => Verify.VerifyAnalyzerAsync(InClass("""
        public void Run() { [|Monitor.Enter(_gate)|]; bool failed = false; while (!IsReady()) { failed = true; } if (failed) { return; } Monitor.Exit(_gate); }
        public void Stop() { Monitor.Enter(_gate); bool failed = false; while (!IsReady()) { failed = true; } if (failed) { Monitor.Exit(_gate); return; } Monitor.Exit(_gate); }
        private bool IsReady() => _count > 3;
        """));

    [Theory]
    [InlineData("try { work(); } catch (Exception e) { Console.WriteLine(e); } Monitor.Exit(_gate);")]
    [InlineData("try { work(); } catch { Monitor.Exit(_gate); throw; } Monitor.Exit(_gate);")]
    [InlineData("bool done = false; try { work(); done = true; } finally { Monitor.Exit(_gate); } _ = done;")]
    [InlineData("if (_count > 3) { Monitor.Exit(_gate); return; } _count++; Monitor.Exit(_gate);")]
    [InlineData("_items.Add(1); Interlocked.Increment(ref _count); Monitor.Exit(_gate);")]
    [InlineData("while (_count > 3) { if (_items.Count == 0) break; _count--; } Monitor.Exit(_gate);")]
    [InlineData("var scope = new Scope(this); work();")]
    [InlineData("_count = _count switch { 1 => 2, > 5 when _items.Count > 1 => 3, _ => 4 }; Monitor.Exit(_gate);")]
    [InlineData("Monitor.Exit(_gate); work();")]
    public Task EveryWayReleases_IsQuiet(string rest) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run(Action work) {{ Monitor.Enter(_gate); {rest} }} private sealed class Scope(C owner) {{ public void Dispose() => Monitor.Exit(owner._gate); }}"));

    [Theory]
    [InlineData("try { work(); } catch (IOException e) { Console.WriteLine(e); } Monitor.Exit(_gate);")]
    [InlineData("try { work(); } catch (IOException) { Monitor.Exit(_gate); throw; } Monitor.Exit(_gate);")]
    [InlineData("try { work(); } catch (Exception) when (_count > 1) { } Monitor.Exit(_gate);")]
    [InlineData("bool done = false; try { work(); done = true; } finally { if (done) Monitor.Exit(_gate); }")]
    [InlineData("if (_count > 3) { return; } _count++; Monitor.Exit(_gate);")]
    [InlineData("if (_count > 3) { Monitor.Exit(_gate); } _count++;")]
    [InlineData("foreach (int item in _items) { if (item > 3) return; } Monitor.Exit(_gate);")]
    [InlineData("switch (_count) { case 1: _count = 2; break; case 2: return; default: break; } Monitor.Exit(_gate);")]
    [InlineData("try { work(); Monitor.Exit(_gate); } catch (IOException e) { Console.WriteLine(e); }")]
    [InlineData("try { work(); Monitor.Exit(_gate); } catch { _count = 0; throw; }")]
    [InlineData("if (_count > 3) throw new InvalidOperationException(); Monitor.Exit(_gate);")]
    [InlineData("_count = int.Parse(\"3\"); Monitor.Exit(_gate);")]
    [InlineData("File.Delete(\"x\"); Monitor.Exit(_gate);")]
    [InlineData("lock (_lock) { work(); } Monitor.Exit(_gate);")]
    public Task SomeWayKeeps_Reports(string rest) => Verify.VerifyAnalyzerAsync(InClass($"public void Run(Action work) {{ [|Monitor.Enter(_gate)|]; {rest} }}"));

    [Theory]
    [InlineData("bool taken = false; try { Monitor.Enter(_gate, ref taken); work(); } finally { if (taken) Monitor.Exit(_gate); }")]
    [InlineData("if (Monitor.TryEnter(_gate)) { try { work(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("if (!Monitor.TryEnter(_gate, 100)) { return; } try { work(); } finally { Monitor.Exit(_gate); }")]
    [InlineData("bool taken = Monitor.TryEnter(_gate, 100); try { work(); } finally { if (taken) { Monitor.Exit(_gate); } }")]
    [InlineData("bool taken = false; Monitor.TryEnter(_gate, 100, ref taken); if (!taken) return; try { work(); } finally { Monitor.Exit(_gate); }")]
    [InlineData("if (_sem.Wait(100)) { try { work(); } finally { _sem.Release(); } }")]
    [InlineData("using (_lock.EnterScope()) { work(); }")]
    [InlineData("using var scope = _kmutex.EnterScope(); work();")]
    [InlineData("if (_threadSafe) Monitor.Enter(_gate); try { work(); } finally { if (_threadSafe) Monitor.Exit(_gate); }")]
    [InlineData("if (locked) Monitor.Enter(_gate); _count++; if (locked) Monitor.Exit(_gate);")]
    [InlineData("var gate = _gate; Monitor.Enter(gate); try { work(); } finally { Monitor.Exit(_gate); }")]
    [InlineData("Action? late = null; Monitor.Enter(_gate); try { late = work; } finally { Monitor.Exit(_gate); } if (late != null) late();")]
    public Task FlagSaysWhetherItIsHeld_IsQuiet(string body) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run(Action work, bool locked) {{ {body} }}"));

    [Theory]
    [InlineData("bool taken = false; [|Monitor.Enter(_gate, ref taken)|]; work(); if (taken) Monitor.Exit(_gate);")]
    [InlineData("if ([|Monitor.TryEnter(_gate)|]) { work(); Monitor.Exit(_gate); }")]
    [InlineData("if (![|Monitor.TryEnter(_gate, 100)|]) { return; } work(); Monitor.Exit(_gate);")]
    [InlineData("bool taken = [|Monitor.TryEnter(_gate, 100)|]; if (taken && _count > 1) { Monitor.Exit(_gate); }")]
    [InlineData("if ([|_sem.Wait(100)|]) { work(); _sem.Release(); }")]
    [InlineData("if (locked) [|Monitor.Enter(_gate)|]; work(); if (locked) Monitor.Exit(_gate);")]
    [InlineData("bool ok = false; [|Monitor.Enter(_gate)|]; try { work(); ok = true; } finally { if (ok) Monitor.Exit(_gate); else Monitor.Enter(_gate); }")]
    public Task FlagSaysWhetherItIsHeld_StillReportsOtherWays(string body) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run(Action work, bool locked) {{ {body} }}"));

    [Fact]
    public async Task AwaitBetweenWaitAndRelease_ReportsUnlessInFinally()
    {
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync(Task work) { await [|_sem.WaitAsync()|]; await work; _sem.Release(); }"));
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync(Task work) { await _sem.WaitAsync(); try { await work; } finally { _sem.Release(); } }"));
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync(Task work) { await _sem.WaitAsync(); await Task.Delay(3); _sem.Release(); await work; }"));
    }

    [Fact]
    public async Task AsyncCalleeThatThrows_ReportsWhenAwaited()
    {
        const string Callee = "private async Task WorkAsync() { await Task.Yield(); if (_count > 3) throw new IOException(); }";
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync() { await [|_sem.WaitAsync()|]; await WorkAsync(); _sem.Release(); }" + Callee));
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync() { await _sem.WaitAsync(); _ = WorkAsync(); _sem.Release(); }" + Callee));
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync() { await _sem.WaitAsync(); await WorkAsync(); _sem.Release(); } private async Task WorkAsync() { await Task.Yield(); _count++; }"));
    }

    [Fact]
    public async Task ReleasingPair_IsQuietUnlessItThrowsInSight()
    {
        const string Unlock = "public void Unlock() => Monitor.Exit(_gate);";
        await Verify.VerifyAnalyzerAsync(InClass("public void Lock() { Monitor.Enter(_gate); _count++; }" + Unlock));
        await Verify.VerifyAnalyzerAsync(InClass("public void Lock(Action entered) { Monitor.Enter(_gate); entered(); }" + Unlock));
        await Verify.VerifyAnalyzerAsync(InClass("public void Lock() { [|Monitor.Enter(_gate)|]; if (_count > 3) throw new IOException(); }" + Unlock));
    }

    [Fact]
    public async Task PairOfPrivateHelpers_ReportsTheirUser()
    {
        const string Pair = "private void Enter() => Monitor.Enter(_gate); private void Exit() => Monitor.Exit(_gate);";
        await Verify.VerifyAnalyzerAsync(InClass("public void Run(Action work) { [|Enter()|]; work(); Exit(); }" + Pair));
        await Verify.VerifyAnalyzerAsync(InClass("public void Run(Action work) { Enter(); try { work(); } finally { Exit(); } }" + Pair));
        await Verify.VerifyAnalyzerAsync(InClass("public void Run() { [|Enter()|]; if (_count > 1) return; Exit(); }" + Pair));
    }

    [Fact]
    public async Task ScopeThatReleases_IsQuietUnlessItIsNotReached()
    {
        const string Scope = "private sealed class Scope(object gate) : IDisposable { public void Dispose() => Monitor.Exit(gate); } private void Check() { if (_count > 3) throw new IOException(); }";
        await Verify.VerifyAnalyzerAsync(InClass("public IDisposable Enter() { Monitor.Enter(_gate); return new Scope(_gate); }" + Scope));
        await Verify.VerifyAnalyzerAsync(InClass("public IDisposable Enter() { [|Monitor.Enter(_gate)|]; Check(); return new Scope(_gate); }" + Scope));
        await Verify.VerifyAnalyzerAsync(InClass("public IDisposable Enter() { Monitor.Enter(_gate); try { Check(); } catch { Monitor.Exit(_gate); throw; } return new Scope(_gate); }" + Scope));
    }

    [Theory]
    [InlineData("public async Task RunAsync(Func<Task> work) { await _sem.WaitAsync(); _ = Task.Run(async () => { try { await work(); } finally { _sem.Release(); } }); }")]
    [InlineData("public void Produce() { _sem.Release(); } public void Consume(Action work) { while (true) { _sem.Wait(); work(); } }")]
    [InlineData("public void Stop() { Monitor.Enter(_gate); _count = 0; }")]
    [InlineData("public async Task CloseAsync(int n) { for (int i = 0; i < n; i++) await _sem.WaitAsync(); for (int i = 0; i < n; i++) _sem.Release(); }")]
    [InlineData("public void All(object[] gates) { foreach (var gate in gates) Monitor.Enter(gate); foreach (var gate in gates) Monitor.Exit(gate); }")]
    [InlineData("public async Task RunAsync(CancellationToken stop) { try { await _sem.WaitAsync(stop); } catch (OperationCanceledException) { return; } try { _count++; } finally { _sem.Release(); } }")]
    public Task LockThatOthersGiveBack_IsQuiet(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    [Theory]
    [InlineData("_rw.EnterReadLock()", "_rw.EnterReadLock()", "_rw.ExitReadLock()")]
    [InlineData("_rw.EnterReadLock()", "_rw.ExitWriteLock()", "_rw.ExitReadLock()")]
    [InlineData("Monitor.Enter(_gate)", "Monitor.Enter(_gate)", "Monitor.Exit(_gate)")]
    [InlineData("_lock.Enter()", "_gate.Equals(this)", "_lock.Exit()")]
    public async Task LockThatNobodyGivesBack_ReportsWhereOthersWantIt(string acquire, string wrong, string right)
    {
        const string Class = "public void Begin() { ACQUIRE; _count++; } public void End() { _count--; RELEASE; }";
        await Verify.VerifyAnalyzerAsync(InClass(Class.Replace("ACQUIRE", $"[|{acquire}|]").Replace("RELEASE", wrong) + $"public void Again() {{ {acquire}; }}"));
        await Verify.VerifyAnalyzerAsync(InClass(Class.Replace("ACQUIRE", acquire).Replace("RELEASE", right) + $"public void Again() {{ {acquire}; }}"));
    }

    [Fact]
    public async Task ScopeThatEntersAgain_ReportsUnlessItLeaves()
    {
        const string Class = """
            public Scope Read() { ACQUIRE; return new Scope(_rw); }
            public int Count() { using (Read()) { return _count; } }
            public readonly struct Scope(ReaderWriterLockSlim rw) : IDisposable { public void Dispose() => rw.LEAVE(); }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Class.Replace("ACQUIRE", "[|_rw.EnterReadLock()|]").Replace("LEAVE", "EnterReadLock")));
        await Verify.VerifyAnalyzerAsync(InClass(Class.Replace("ACQUIRE", "_rw.EnterReadLock()").Replace("LEAVE", "ExitReadLock")));
    }

    // What a call took is given back by disposing of what it returned, whatever type that is known by.
    [Theory]
    [InlineData("IDisposable", "using (Take()) { THROW }", true)]
    [InlineData("IDisposable", "using var held = Take(); THROW", true)]
    [InlineData("Held", "using (Take()) { THROW }", true)]
    [InlineData("IDisposable", "IDisposable held = Take(); try { THROW } finally { held.Dispose(); }", true)]
    [InlineData("IDisposable", "IDisposable held = Take(); THROW held.Dispose();", false)]
    [InlineData("IDisposable", "IDisposable held = Take(); try { THROW } finally { _other?.Dispose(); }", false)]
    public async Task ScopeOfACall_IsGivenBackByItsDisposal(string type, string body, bool isQuiet)
    {
        string code = body.Replace("THROW", "if (_count > 3) throw new TimeoutException();", StringComparison.Ordinal);
        await Verify.VerifyAnalyzerAsync(InClass($$"""
            private readonly IDisposable? _other = null;
            public {{type}} Take() { Monitor.Enter(_gate); return new Held(_gate); }
            public void Run() { {{(isQuiet ? code : code.Replace("Take()", "[|Take()|]", StringComparison.Ordinal))}} }
            public sealed class Held(object gate) : IDisposable { public void Dispose() => Monitor.Exit(gate); }
            """));
    }

    [Theory]
    [InlineData("Monitor.TryEnter(_gate, 10)", "Monitor.Exit(_gate)")]
    [InlineData("_rw.TryEnterReadLock(10)", "_rw.ExitReadLock()")]
    public async Task AnswerOfATryComparedWithATruth_CountsAsTheAnswer(string acquire, string release)
    {
        await Verify.VerifyAnalyzerAsync(InClass($"public void Run() {{ if ({acquire} == false) throw new TimeoutException(); _count++; {release}; }}"));
        await Verify.VerifyAnalyzerAsync(InClass($"public void Run() {{ if ({acquire} != true) return; _count++; {release}; }}"));
        await Verify.VerifyAnalyzerAsync(InClass($"public void Run() {{ if ([|{acquire}|] == false) return; if (_count > 3) throw new TimeoutException(); _count++; {release}; }}"));
    }

    // In a loop as well: the turn before has taken it again.
    [Theory]
    [InlineData("try { _sem.Release(); await work(); } catch (IOException e) { Fail(e); } finally { await _sem.WaitAsync(); } Check();")]
    [InlineData("try { await work(); } catch (IOException e) { Fail(e); } await [|_sem.WaitAsync()|]; Check(); _sem.Release();")]
    public Task LockOfTheCallerLentInALoop_IsQuiet(string turn) => Verify.VerifyAnalyzerAsync(InClass($$"""
        public async Task RunAsync(Func<Task> work)
        {
            for (int i = 0; i < _count; i++)
            {
                {{turn}}
            }
        }

        private static void Fail(IOException e) => throw e;
        private void Check() { if (_count > 3) throw new IOException(); }
        """));

    [Fact]
    public async Task LockOfTheCallerLentForAWhile_IsQuiet()
    {
        await Verify.VerifyAnalyzerAsync(InClass("public void Run() { if (_count > 3) { Monitor.Exit(_gate); Thread.Yield(); Monitor.Enter(_gate); } _count++; }"));
        await Verify.VerifyAnalyzerAsync(InClass("public void Run() { [|Monitor.Enter(_gate)|]; if (_count > 3) { Monitor.Exit(_gate); Thread.Yield(); Monitor.Enter(_gate); } _count++; }"));
    }

    [Theory]
    [InlineData("foreach (int item in _items) { Monitor.Exit(_gate); }", false)]
    [InlineData("foreach (int item in _items) { Monitor.Exit(_gate); Thread.Yield(); Monitor.Enter(_gate); } if (_count > 3) { return; } Monitor.Exit(_gate);", true)]
    [InlineData("while (_count < 3) { Monitor.Exit(_gate); Monitor.Enter(_gate); if (_items.Count > 3) { return; } } Monitor.Exit(_gate);", true)]
    public Task LoopThatGivesBack_ReportsWhereItTakesAsWell(string rest, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run() {{ {(reports ? "[|Monitor.Enter(_gate)|]" : "Monitor.Enter(_gate)")}; {rest} }}"));

    [Theory]
    [InlineData("while (_count < 3) { [|Monitor.Enter(_gate)|]; if (_items.Count > 3) { continue; } Monitor.Exit(_gate); }")]
    [InlineData("for (int i = 0; i < 3; i++) { [|Monitor.Enter(_gate)|]; if (_items.Count > 3) { continue; } Monitor.Exit(_gate); }")]
    [InlineData("foreach (int item in _items) { [|Monitor.Enter(_gate)|]; if (item > 3) { continue; } Monitor.Exit(_gate); }")]
    [InlineData("if (_items.Contains(3)) { [|Monitor.Enter(_gate)|]; } _count++; if (_items.Contains(4)) { Monitor.Exit(_gate); }")]
    [InlineData("bool has = _items.Contains(3); if (has) { Monitor.Enter(_gate); } _count++; if (has) { Monitor.Exit(_gate); }")]
    [InlineData("while (_count < 3) { Monitor.Enter(_gate); if (_items.Count > 3) { Monitor.Exit(_gate); continue; } Monitor.Exit(_gate); }")]
    public Task TurnThatKeepsTheLock_Reports(string loop) => Verify.VerifyAnalyzerAsync(InClass($"public void Run() {{ {loop} }}"));

    // A filter lets the handler run, or not.
    [Fact]
    public Task HandlerBehindAFilter_MayRun() => Verify.VerifyAnalyzerAsync(
        InClass("public void Run() { {|#0:Monitor.Enter(_gate)|}; try { if (_count > 3) throw new IOException(); } catch (Exception) when (_count > 5) { return; } Monitor.Exit(_gate); }"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR2005_LockNotReleased).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'C.Run' acquires '_gate' and can leave by an exception without releasing it. Release it in a finally block."));

    [Theory]
    [InlineData("if (_count > 3) throw new IOException();", "")]
    [InlineData("if (_count > 3) throw new IOException();", "public void Unlock() { if (_count > 3) { Monitor.Enter(_gate); } Monitor.Exit(_gate); }")]
    public Task LockThatNobodyElseGivesBack_IsNoHandOver(string rest, string other) => Verify.VerifyAnalyzerAsync(InClass($"public void Lock() {{ Monitor.Enter(_gate); {rest} }} {other}"));

    [Theory]
    [InlineData("try { try { work(); } finally { _count++; } } finally { Monitor.Exit(_gate); }", false)]
    [InlineData("try { try { work(); } finally { _count++; } } finally { _count--; } Monitor.Exit(_gate);", true)]
    [InlineData("try { if (_count > 3) { return; } } finally { _count++; } Monitor.Exit(_gate);", true)]
    [InlineData("try { if (_count > 3) throw new IOException(); } catch (TimeoutException) { Monitor.Exit(_gate); throw; } Monitor.Exit(_gate);", true)]
    [InlineData("try { if (_count > 3) throw new FileNotFoundException(); } catch (IOException) { Monitor.Exit(_gate); throw; } Monitor.Exit(_gate);", false)]
    public Task HandlersAround_DecideWhatLeaves(string rest, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run(Action work) {{ {(reports ? "[|Monitor.Enter(_gate)|]" : "Monitor.Enter(_gate)")}; {rest} }}"));

    // A helper takes the lock for its callers: one of them forgets what all others do.
    [Theory]
    [InlineData("private", "[|Open()|]; _count++;", "", true)]
    [InlineData("private", "[|Open()|]; if (_count > 3) { Close(); }", "", true)]
    [InlineData("public", "Open(); _count++;", "", false)]
    [InlineData("private", "Open(); try { _count++; } finally { Close(); }", "", false)]
    [InlineData("private", "Open(); _count++;", "public void End() { Close(); }", false)]
    [InlineData("private", "Open(); _count++;", "public void Other() { Open(); }", false)]
    [InlineData("private", "Begin(); _count++; Close();", "private void Begin() { Open(); }", false)]
    public Task LockThatAHelperTakes_IsForgottenByOne(string visibility, string body, string members, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        {{visibility}} void Open() { _mutex.WaitOne(); }
        {{visibility}} void Close() { _mutex.ReleaseMutex(); }
        public void First() { Open(); try { _count++; } finally { Close(); } }
        public void Second() { {{(reports ? body : body.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal))}} }
        {{members}}
        """));

    internal static string InClass(string members) => $$"""
        using KThreadRuntime;

        public class C
        {
            private static readonly object s_gate = new();
            private readonly object _gate = new();
            private readonly Lock _lock = new();
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly Mutex _mutex = new();
            private readonly SemaphoreSlim _sem = new(1, 1);
            private readonly KMutex _kmutex = new();
            private readonly KRwSemaphore _krw = new();
            private readonly List<int> _items = new();
            private readonly bool _threadSafe;
            private int _count;
            public C(bool threadSafe) => _threadSafe = threadSafe;
            {{members}}
        }
        """;
}
