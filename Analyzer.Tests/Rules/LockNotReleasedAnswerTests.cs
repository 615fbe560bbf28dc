using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2005 for what others give back: where it has been given back, and where it has not, a method answers the same.</summary>
public class LockNotReleasedAnswerTests
{
    [Theory]
    [InlineData("if (!_isAlive) return Fail(\"dead\");", true)]
    [InlineData("if (!_isAlive) { _units.Release(); return Fail(\"dead\"); }", false)]
    [InlineData("if (!_isAlive) return Other(\"dead\");", false)]
    [InlineData("if (!_isAlive) throw new InvalidOperationException();", true)]
    public Task AnswerOfAFailure_TakesNoUnit(string first, bool reports) => VerifyAsync(first, "try { File.Delete(Path.GetTempFileName()); return Pass(new Item(Back)); } catch (IOException) { _units.Release(); return Fail(\"broken\"); }", reports);

    [Theory]
    [InlineData("if (!_isAlive) return null;", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", true)]
    [InlineData("", "Item? item = null; if (!_free.TryPop(out item)) { _units.Release(); } return item;", false)]
    [InlineData("", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", false)]
    [InlineData("", "if (!_isAlive) { _units.Release(); } return null;", false)]
    [InlineData("if (!_isAlive) return null; Task.Run(Back);", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", false)]
    [InlineData("if (!_isAlive) { _ = BackLaterAsync(); return null; }", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", false)]
    public Task NothingAnswered_TakesNoUnit(string first, string rest, bool reports) => VerifyAsync(first, rest, reports);

    [Fact]
    public Task OneAnswerWithAndWithoutTheUnit_IsTold() => Verify.VerifyAnalyzerAsync(
        Source("if (!_isAlive) return null;", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", "{|#0:_units.Wait()|}"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR2005_AnswerHidesLock).WithLocation(0).WithMessage(
            "'Pool.Take' acquires '_units', and returns the same where it has released it and where it has not. Release it wherever nothing is handed out that gives it back."));

    // Releasing on every way would give back what the answer still stands for.
    [Fact]
    public Task OneAnswerWithAndWithoutTheUnit_GetsNoFinally()
    {
        string source = Source("if (!_isAlive) return null;", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", "[|_units.Wait()|]");
        return Support.CSharpCodeFixVerifier<LockNotReleasedAnalyzer, CodeFixes.ReleaseInFinallyFixer>.VerifyCodeFixAsync(source, source);
    }

    // What a delegate would have made gives the lock back; where it has made nothing, nobody does.
    [Theory]
    [InlineData("if (!Repeat(() => { lease = new Lease(() => Back(gate)); return true; })) { return null; } return lease;", true)]
    [InlineData("if (!Repeat(() => { lease = new Lease(() => Back(gate)); return true; })) { Monitor.Exit(gate); return null; } return lease;", false)]
    [InlineData("if (!Repeat(() => { lease = new Lease(() => Back(gate)); return true; })) { Back(gate); return null; } return lease;", false)]
    [InlineData("Repeat(() => { lease = new Lease(() => Back(gate)); return true; }); return lease;", false)]
    public Task HandleThatADelegateMakes(string body, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Lease(Action back) : IDisposable { public void Dispose() => back(); }
        public sealed class Leases
        {
            private readonly ConcurrentDictionary<string, object> _gates = new();
            public Lease? Take(string name)
            {
                object gate = _gates.GetOrAdd(name, _ => new object());
                if (!{{(reports ? "[|Monitor.TryEnter(gate, 100)|]" : "Monitor.TryEnter(gate, 100)")}}) { return null; }
                try { Lease? lease = null; {{body}} } catch { Monitor.Exit(gate); throw; }
            }
            private static void Back(object gate) => Monitor.Exit(gate);
            private static bool Repeat(Func<bool> run) { for (int i = 0; i < 3; i++) { if (run()) { return true; } } return false; }
        }
        """);

    // A lock that goes around as an object is given back as what it is.
    [Theory]
    [InlineData("try { Check(key); _count++; } finally { Back(taken); }", false)]
    [InlineData("Check(key); _count++; Back(taken);", true)]
    public Task LockThatGoesAroundAsAnObject(string run, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Locker
        {
            private readonly ConcurrentDictionary<string, SemaphoreSlim> _all = new(); private int _count;
            private async Task<object> TakeAsync(string key) { var one = _all.GetOrAdd(key, _ => new SemaphoreSlim(1, 1)); await one.WaitAsync(); return one; }
            private static void Back(object taken) => ((SemaphoreSlim)taken).Release();
            public async Task RunAsync(string key)
            {
                object taken = {{(reports ? "await [|TakeAsync(key)|]" : "await TakeAsync(key)")}};
                {{run}}
            }
            private static void Check(string key) { if (key.Length > 9) { throw new System.IO.InvalidDataException(); } }
        }
        """);

    // An object that gives the lock back was left with somebody else: whoever has that releases it.
    [Theory]
    [InlineData("public void Enlist(Scope scope) => scope.Add(new Hold(this));", "store.Enlist(scope);", false)]
    [InlineData("public Hold Enlist(Scope scope) => new Hold(this);", "store.Enlist(scope);", true)]
    public Task LockThatGoesWithAnObject_IsThatOnesToRelease(string enlist, string call, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Scope : IDisposable
        {
            private readonly Stack<IDisposable> _enlisted = new();
            public void Add(IDisposable part) => _enlisted.Push(part);
            public void Dispose() { while (_enlisted.TryPop(out IDisposable? part)) { part.Dispose(); } }
        }
        public sealed class Hold : IDisposable
        {
            private readonly Store _store;
            public Hold(Store store) { _store = store; Monitor.Enter(store.Gate); }
            public void Dispose() => Monitor.Exit(_store.Gate);
        }
        public sealed class Store
        {
            internal readonly object Gate = new();
            private string? _name;
            {{enlist}}
            public void Set(string name) { if (name.Length > 9) { throw new System.IO.IOException(); } _name = name; }
        }
        public sealed class Service
        {
            public void Notify(Store store, Scope scope, string name) { {{(reports ? "[|" + call.TrimEnd(';') + "|];" : call)}} store.Set(name); }
        }
        """);

    private static Task VerifyAsync(string first, string rest, bool reports) => Verify.VerifyAnalyzerAsync(Source(first, rest, reports ? "[|_units.Wait()|]" : "_units.Wait()"));

    private static string Source(string first, string rest, string wait) => $$"""
        using System.Collections.Concurrent;
        using System.IO;
        public sealed class Item(Action back) { public void Dispose() => back(); }
        public sealed class Pool(int size)
        {
            private readonly SemaphoreSlim _units = new(size, size);
            private readonly ConcurrentStack<Item> _free = new();
            private volatile bool _isAlive = true;
            public void Kill() => _isAlive = false;
            public object? Take()
            {
                {{wait}};
                {{first}}
                {{rest}}
            }
            private void Back() { _units.Release(); }
            private async Task BackLaterAsync() { await Task.Delay(1); _units.Release(); }
            private static object Fail(string why) => why;
            private static object Other(string why) => why;
            private static object Pass(Item item) => item;
        }
        """;
}
