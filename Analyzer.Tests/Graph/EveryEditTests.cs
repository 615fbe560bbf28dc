using Microsoft.CodeAnalysis.CSharp;
using static CrossRelease.Analyzers.Tests.Graph.EditedSources;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>One member is edited from each of its texts to each other one, in a row: whatever was there before, the findings are those of a cold run.</summary>
public class EveryEditTests
{
    // What others find in fields, hear of events and wait for, is told by what one body puts there.
    [Fact]
    public void WhatABodyPutsIntoFields() => EveryEditEndsAsAColdRun(
        """
        public interface IStep { void Step(); }
        public sealed class First(C owner) : IStep, IDisposable { public void Step() { lock (owner.Other) { } } public void Dispose() { lock (owner.Third) { lock (owner.Gate) { } } } }
        public sealed class Second(C owner) : IStep, IDisposable { public void Step() { lock (owner.Third) { } } public void Dispose() { lock (owner.Other) { lock (owner.Gate) { } } } }
        public sealed class C
        {
            public readonly object Gate = new(), Other = new(), Third = new();
            private readonly CancellationTokenSource _stop = new(); private readonly List<Action> _kept = new(); private readonly Lazy<int> _none = new(() => 1);
            private IStep? _step; private IDisposable? _held; private Action? _run; private Thread? _thread; private Lazy<int>? _late; private ManualResetEventSlim _done = new(), _next = new();
            private event Action? Raised;
            public void Edited(Action given) { /*here*/ }
            public void Step() { lock (Gate) { _step!.Step(); } }
            public void Close() { lock (Gate) { _held!.Dispose(); } }
            public void Run() { lock (Gate) { _run!(); } }
            public void RunAll() { lock (Other) { foreach (Action run in _kept) { run(); } } }
            public void Raise() { lock (Gate) { Raised?.Invoke(); } }
            public void Stop() { lock (Third) { _stop.Cancel(); } }
            public void Await() { lock (Gate) { _done.Wait(); } }
            public void AwaitNext() { lock (Third) { _next.Wait(); } }
            public int Late() { lock (Gate) { return _late!.Value + _none.Value; } }
            public void Start() { lock (Other) { _thread!.Start(); } }
            public void Join() { lock (Third) { _thread!.Join(); } }
            private void Reverse() { lock (Third) { lock (Gate) { } } }
            private void Work() { lock (Gate) { } _done.Set(); }
            private void Keep(Action action) { _kept.Add(action); }
            private Action Made() => Reverse;
        }
        """,
        [
            "",
            "given();",
            "_step = new First(this);",
            "_step = new Second(this); _step.Step();",
            "_held = new First(this);",
            "lock (Gate) { _held!.Dispose(); } _held = new Second(this);",
            "lock (Other) { _held!.Dispose(); }",
            "_run = Reverse;",
            "_run = Made();",
            "_run += Work; lock (Third) { _run(); }",
            "_run = () => { lock (Other) { lock (Gate) { } } };",
            "new Thread(Work).Start();",
            "_thread = new Thread(Work);",
            "_thread = new Thread(Reverse); _thread.Start();",
            "Keep(Reverse); Keep(given);",
            "Keep(Work); Task.Run(Work);",
            "_stop.Token.Register(Reverse);",
            "_stop.Token.Register(() => _next.Set()); lock (Third) { }",
            "Raised += Reverse;",
            "Raised += Work; _next = _done;",
            "_done = new(true);",
            "_late = new Lazy<int>(() => { lock (Third) { lock (Gate) { } return 1; } });",
            "Parallel.Invoke(Work, Reverse); lock (Other) { Parallel.Invoke(given); }",
        ]);

    // Who is in recursion with whom, and who runs before whom.
    [Fact]
    public void WhomABodyCalls() => EveryEditEndsAsAColdRun(
        """
        public interface IStep { void Step(int n); }
        public sealed class C : IStep
        {
            private readonly object A = new(), B = new(), D = new(); private Action? _run; private IStep? _step; private readonly ManualResetEventSlim _done = new();
            public void Edited(int n) { /*here*/ }
            public void Top() { lock (A) { Edited(3); } }
            public void Even(int n) { lock (A) { Odd(n - 1); } }
            public void Odd(int n) { if (n > 0) { Even(n - 1); } lock (B) { } }
            private void Leaf() { lock (B) { } }
            public void Other() { lock (B) { lock (A) { } } lock (D) { lock (B) { } } }
            public void Run() { lock (A) { _run!(); } }
            public void Set() { _run = Leaf; _step = this; }
            public void Step(int n) { lock (D) { Edited(n); } }
            public void Again() { lock (B) { _step!.Step(3); } }
            public void Start() { new Thread(Work).Start(); }
            private void Work() { Edited(1); _done.Set(); }
            public void Await() { lock (D) { _done.Wait(); } }
        }
        """,
        [
            "",
            "Leaf();",
            "Even(n);",
            "Odd(n); lock (D) { }",
            "lock (B) { Even(n); }",
            "lock (B) { Odd(n); } Leaf();",
            "Top();",
            "Top(); lock (B) { }",
            "Edited(n - 1);",
            "lock (A) { Edited(n - 1); lock (B) { } }",
            "Run();",
            "lock (B) { Run(); }",
            "_run = Top; Leaf();",
            "_run = () => { lock (B) { Even(n); } };",
            "Even(n); Top(); lock (D) { lock (A) { } }",
            "_step!.Step(n - 1); lock (A) { }",
            "Again(); Leaf();",
            "Task.Run(() => Even(n)).Wait();",
            "Task.Run(Top); lock (D) { Leaf(); }",
        ]);

    // What is made, started and asked stays the same; under which locks does not.
    [Fact]
    public void WhatABodyDoesWithItsOwnValues() => EveryEditEndsAsAColdRun(
        """
        public sealed class Step(C owner) : IDisposable { public void Dispose() { lock (owner.Third) { lock (owner.Gate) { } } } }
        public sealed class C
        {
            public readonly object Gate = new(), Other = new(), Third = new();
            private readonly CancellationTokenSource _stop = new(); private readonly ManualResetEventSlim _done = new();
            public void Edited() { /*here*/ }
            public void Twice() { lock (Other) { lock (Gate) { } } }
            private void Reverse() { lock (Third) { lock (Gate) { } } }
            private void Work() { lock (Gate) { } }
            private Action Made() => Reverse;
            private Task Begin() => Task.Run(Work);
            private async Task LaterAsync() { await Task.Yield(); lock (Third) { } }
        }
        """,
        [
            "var thread = new Thread(Work); thread.Start(); lock (Gate) { thread.Join(); }",
            "var thread = new Thread(Work); thread.Start(); lock (Third) { thread.Join(); } lock (Gate) { lock (Other) { } }",
            "var thread = new Thread(Work); lock (Gate) { thread.Start(); thread.Join(); } lock (Gate) { lock (Third) { } }",
            "Action run = Reverse; lock (Gate) { run(); }",
            "Action run = Reverse; lock (Other) { run(); }",
            "Action run = Work; lock (Third) { run(); } lock (Gate) { lock (Third) { } }",
            "var run = Made(); lock (Gate) { run(); }",
            "var run = Made(); run(); lock (Gate) { lock (Third) { } }",
            "IDisposable step = new Step(this); lock (Gate) { step.Dispose(); }",
            "IDisposable step = new Step(this); step.Dispose(); lock (Gate) { lock (Other) { } }",
            "Task task = Begin(); lock (Gate) { task.Wait(); }",
            "Task task = Begin(); task.Wait(); lock (Gate) { lock (Third) { } }",
            "Task task = LaterAsync(); lock (Third) { task.Wait(); }",
            "Task task = LaterAsync(); lock (Gate) { task.Wait(); } lock (Gate) { lock (Other) { } }",
            "using var one = _stop.Token.Register(Work); lock (Gate) { _stop.Cancel(); }",
            "using var one = _stop.Token.Register(Work); lock (Third) { _stop.Cancel(); } lock (Gate) { lock (Third) { } }",
            "var gate = new object(); lock (gate) { lock (Gate) { } }",
            "var gate = Gate; lock (Third) { } lock (gate) { lock (Third) { } }",
            "var done = new ManualResetEventSlim(); Task.Run(() => { lock (Gate) { } done.Set(); }); lock (Gate) { done.Wait(); }",
            "var done = new ManualResetEventSlim(); Task.Run(() => { lock (Gate) { } done.Set(); }); lock (Other) { done.Wait(); }",
        ]);

    // What the flow of a member awaits stays the same; under which locks it goes on does not.
    [Fact]
    public void WhatAFlowDoesWithItsOwnTasks() => EveryEditEndsAsAColdRun(
        """
        public sealed class C
        {
            public readonly object Gate = new(), Other = new(); private Task? _task;
            private readonly TaskCompletionSource _ready = new();
            public async Task EditedAsync() { /*here*/ }
            public void Start() { lock (Other) { _task = EditedAsync(); } }
            public void Await() { lock (Gate) { _task!.Wait(); } }
            public void Set() { lock (Other) { _ready.SetResult(); } }
            public void Twice() { lock (Other) { lock (Gate) { } } }
            private async Task LaterAsync() { await Task.Yield(); lock (Gate) { } }
        }
        """,
        [
            "await LaterAsync();",
            "await LaterAsync(); lock (Gate) { lock (Other) { } }",
            "lock (Gate) { lock (Other) { } } await LaterAsync(); lock (Gate) { }",
            "await LaterAsync(); await LaterAsync(); lock (Gate) { }",
            "await _ready.Task; lock (Gate) { }",
            "await _ready.Task; lock (Gate) { lock (Other) { } }",
            "var later = LaterAsync(); await _ready.Task; await later; lock (Other) { }",
            "var later = LaterAsync(); lock (Gate) { later.Wait(); } await _ready.Task;",
            "await Task.Yield(); lock (Gate) { _ready.Task.Wait(); }",
        ]);

    // Where a body goes on after it has returned, and whose end is waited for.
    [Fact]
    public void WhatAMemberGoesOnWith() => EveryEditEndsAsAColdRun(
        """
        public sealed class C
        {
            public readonly object Gate = new(), Other = new();
            private readonly SemaphoreSlim _slots = new(1); private TaskCompletionSource _ready = new(); private Task? _task, _late; private readonly ManualResetEventSlim _done = new();
            public /*here*/
            public void Await() { lock (Gate) { Edited(0).Wait(); } }
            public void AwaitOther() { lock (Other) { _task!.Wait(); } }
            public async Task AwaitAsync() { await Edited(1); lock (Gate) { lock (Other) { } } }
            public async Task GoOnAsync() { await _ready.Task; lock (Other) { } _done.Set(); }
            public void Begin() { lock (Gate) { _ = Edited(2); } }
            public void Set() { lock (Other) { _ready.SetResult(); } }
            public void AwaitDone() { lock (Other) { _done.Wait(); } }
            public void AwaitLate() { lock (Gate) { _late?.Wait(); } }
            private async Task LaterAsync() { await Task.Yield(); lock (Gate) { } }
            private void Work() { lock (Other) { } }
        }
        """,
        [
            "Task Edited(int n) { return Task.CompletedTask; }",
            "Task Edited(int n) { return LaterAsync(); }",
            "Task Edited(int n) { return Task.Run(Work); }",
            "Task Edited(int n) { _task = LaterAsync(); return _task; }",
            "Task Edited(int n) { lock (Other) { lock (Gate) { } } return _ready.Task; }",
            "async Task Edited(int n) { await Task.Yield(); }",
            "async Task Edited(int n) { await LaterAsync(); }",
            "async Task Edited(int n) { await LaterAsync(); await LaterAsync(); lock (Other) { } }",
            "async Task Edited(int n) { await _ready.Task; lock (Gate) { } }",
            "async Task Edited(int n) { if (n == 2) { await _ready.Task; } lock (Other) { lock (Gate) { } } }",
            "async Task Edited(int n) { await _slots.WaitAsync(); lock (Other) { } _slots.Release(); }",
            "async Task Edited(int n) { _task = Task.Run(Work); await _task; _done.Set(); }",
            "async Task Edited(int n) { _late = LaterAsync(); await Task.WhenAll(_late, _task!); _ready = new(); }",
            "Task Edited(int n) { _late = _task!.ContinueWith(_ => Work()); return _late; }",
            "Task Edited(int n) { _task = Task.Factory.StartNew(() => { lock (Gate) { } _ready.SetResult(); }); return _task; }",
        ]);

    private static void EveryEditEndsAsAColdRun(string source, string[] texts)
    {
        const string Usings = "using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;\n";
        string[] sources = [.. texts.Select(text => Usings + source.Replace("/*here*/", text, StringComparison.Ordinal))];
        string[][] cold = [.. sources.Select(static text => Find(CompileWell(text)))];
        Assert.True(cold.Select(static findings => string.Join('\n', findings)).Distinct().Count() > texts.Length / 2);

        CSharpCompilation warm = CompileWell(sources[0]);
        Find(warm);
        foreach ((int to, int from) in Pairs(texts.Length))
        {
            warm = Edited(warm, 0, sources[to]);
            string[] found = Find(warm);
            Assert.True(cold[to].SequenceEqual(found), $"{texts[from]}\n-> {texts[to]}\n{string.Join('\n', cold[to].Except(found))}\nvs.\n{string.Join('\n', found.Except(cold[to]))}");
        }
    }

    // A walk that goes from each one to each other: 0, 1 and back, 2 and back ..; 1, 2 and back ..
    private static IEnumerable<(int To, int From)> Pairs(int count)
    {
        IEnumerable<int> walk = Enumerable.Range(0, count).SelectMany(from => (int[])[from, .. Enumerable.Range(from + 1, count - from - 1).SelectMany(to => (int[])[to, from])]);
        return walk.Zip(walk.Skip(1), static (from, to) => (to, from)).Where(static pair => pair.to != pair.from);
    }

    private static CSharpCompilation CompileWell(string source)
    {
        CSharpCompilation compilation = Compile(source, "class Other { }");
        Assert.Empty(compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error));
        return compilation;
    }
}
