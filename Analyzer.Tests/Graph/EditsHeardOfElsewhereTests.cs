using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static CrossRelease.Analyzers.Tests.Graph.EditedSources;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>
/// Edits of one body that change what is found in others, which nobody has edited: the answer, made of what was there before, is that of a
/// cold run, and so is the answer once the edit is undone. In a source, <c>&lt;&lt;a|&gt;b&gt;&gt;</c> is what is edited: a into b.
/// </summary>
public class EditsHeardOfElsewhereTests
{
    // Two wrappers go by the members that keep them, as long as nobody else takes the lock in them.
    [Theory]
    [InlineData("lock (_lock) { act(); }", "<<|>lock (_lock) { Count(); }>>", "", "")]
    [InlineData("lock (_lock) { act(); }", "<<|>lock (_lock) { _ready.Wait(); }>>", "", "")]
    [InlineData("lock (_lock) { act(); }", "<<|>Run(() => { _count++; });>>", "", "")]
    [InlineData("lock (_lock) { act(); }", "<<|>Run(Touch); Count();>>", "", "")]
    [InlineData("<<lock (_lock) { act(); }|>lock (_lock) { _count++; } act();>>", "", "", "")]
    [InlineData("lock (_lock) { <<|>Count(); >>act(); }", "", "", "")]
    [InlineData("lock (_lock) { act(); }", "", "<<|>_second = _first;>>", "")]
    [InlineData("lock (_lock) { act(); }", "", "<<|>_second = given;>>", "")]
    [InlineData("lock (_lock) { act(); }", "", "", "<<_second = new Gate();|>_second = _first;>>")]
    public void NameOfALockInAWrapper(string run, string touch, string change, string made) => EndsAsAColdRun(
        $$"""
        public sealed class Gate
        {
            private readonly object _lock = new(); private readonly ManualResetEventSlim _ready = new(); private int _count;
            public void Run(Action act) { {{run}} }
            private void Count() { }
            public void Touch() { {{touch}} }
        }
        public sealed class C
        {
            private Gate _first = new Gate(); private Gate _second;
            public C() { _second = new Gate(); {{made}} }
            public void Change(Gate given) { {{change}} }
            public void One() { _first.Run(() => _second.Run(() => { })); }
            public void Two() { _second.Run(() => _first.Run(() => { })); }
        }
        """);

    // A lock that was made for one member and handed on goes by the first.
    [Theory]
    [InlineData("<<_lock = given;|>_lock = new object();>>", "", "_gate")]
    [InlineData("_lock = given;", "", "<<_gate|>_other>>")]
    [InlineData("_lock = <<given|>_last>>;", "", "_gate")]
    public void NameOfALockThatIsHandedOn(string kept, string set, string argument) => EndsAsAColdRun(
        $$"""
        public sealed class Part
        {
            private object _lock; private readonly object _last = new object();
            public Part(object given) { {{kept}} }
            public void Set(object given) { {{set}} }
            public void Use(C owner) { lock (_lock) { lock (owner.Last) { } } }
        }
        public sealed class C
        {
            public readonly object Last = new object(); private readonly object _gate = new object(), _other = new object(); private Part _part;
            public void Make() { _part = new Part({{argument}}); }
            public void Two() { lock (Last) { lock (_gate) { } } }
        }
        """);

    // A part that is handed its owner's wrapper goes by the owner's member, as long as nobody gives it another.
    [Theory]
    [InlineData("_mine = given;", "", "<<_gate|>_other>>")]
    [InlineData("_mine = given;", "", "<<_gate|>new Gate()>>")]
    [InlineData("<<_mine = given;|>_mine = new Gate();>>", "", "_gate")]
    [InlineData("<<|>_mine = given;>>", "", "_gate")]
    [InlineData("_mine = given;", "<<|>_mine = given;>>", "_gate")]
    [InlineData("_mine = given;<<|> _mine = given;>>", "", "_gate")]
    [InlineData("_mine = given;<<|> _mine = null;>>", "", "_gate")]
    [InlineData("_mine = given;", "<<|>_mine = null;>>", "_gate")]
    public void NameOfAWrapperThatIsHandedOn(string kept, string set, string argument) => EndsAsAColdRun(
        $$"""
        public sealed class Gate { private readonly object _lock = new(); public void Run(Action act) { lock (_lock) { act(); } } }
        public sealed class Part
        {
            private Gate _mine;
            public Part(Gate given) { {{kept}} }
            public void Set(Gate given) { {{set}} }
            public void Use(C owner) { _mine.Run(() => owner.Last.Run(() => { })); }
            public void Stop() { _mine.Run(() => { }); }
        }
        public sealed class C
        {
            public readonly Gate Last = new Gate(); private readonly Gate _gate = new Gate(), _other = new Gate(); private Part _part;
            public void Make() { _part = new Part({{argument}}); }
            public void Two() { Last.Run(() => _gate.Run(() => { })); }
            public void Three() { _gate.Run(() => _part.Stop()); }
        }
        """);

    // A part that leads back to what keeps it.
    [Theory]
    [InlineData("_owner = owner;", "<<this|>other>>", "")]
    [InlineData("_owner = <<owner|>new C()>>;", "this", "")]
    [InlineData("_owner = owner;", "this", "<<|>_owner = other;>>")]
    public void WayBackFromAPart(string store, string argument, string set) => EndsAsAColdRun(
        $$"""
        public sealed class Part
        {
            private C _owner;
            public Part(C owner) { {{store}} }
            public void Set(C other) { {{set}} }
            public void Flush() { _owner.Done.Wait(); }
        }
        public sealed class C
        {
            public readonly ManualResetEventSlim Done = new(); private readonly object _gate = new();
            private Part _part;
            public void Make(C other) { _part = new Part({{argument}}); }
            public void Close() { lock (_gate) { _part.Flush(); } }
            public void Start() { new Thread(Work).Start(); }
            private void Work() { lock (_gate) { } Done.Set(); }
        }
        """);

    // A handler that runs through what keeps it.
    [Theory]
    [InlineData("<<|>_source.Changed = OnChanged;>>")]
    [InlineData("_source.Changed = <<OnChanged|>OnOther>>;")]
    [InlineData("Action run = <<OnChanged|>OnOther>>; _source.Changed = run;")]
    public void HolderOfADelegate(string wire) => EndsAsAColdRun(
        $$"""
        public sealed class Source { public Action? Changed; public void Raise() { Changed?.Invoke(); } }
        public sealed class C
        {
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly Source _source = new Source();
            public void Wire() { {{wire}} }
            private void OnChanged() { _rw.EnterWriteLock(); _rw.ExitWriteLock(); }
            private void OnOther() { }
            public void Close() { _rw.EnterWriteLock(); _source.Raise(); _rw.ExitWriteLock(); }
        }
        """);

    // Bodies in recursion are made together.
    [Theory]
    [InlineData("lock (_a) { Odd(n - 1); }", "<<Even(n - 1);|>lock (_b) { Even(n - 1); }>>", "")]
    [InlineData("lock (_a) { <<Odd(n - 1);|>>> }", "lock (_b) { Even(n - 1); }", "")]
    [InlineData("lock (_a) { Odd(n - 1); }", "Even(n - 1); Leaf();", "<<|>lock (_b) { }>>")]
    [InlineData("lock (_a) { Leaf(); }", "Even(n - 1);", "<<|>Odd(3); lock (_b) { }>>")]
    [InlineData("<<lock (_a) { Odd(n - 1); }|>Odd(n - 1);>>", "lock (_b) { Even(n - 1); }", "")]
    public void BodiesThatCallEachOther(string even, string odd, string leaf) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _a = new(), _b = new();
            public void Even(int n) { {{even}} }
            public void Odd(int n) { {{odd}} }
            private void Leaf() { {{leaf}} }
            public void Other() { lock (_b) { lock (_a) { } } }
            public void Unrelated() { Other(); }
        }
        """);

    // What is mentioned as a delegate may run at any time; what is called by others alone runs as they do, under their locks.
    [Theory]
    [InlineData("<<|>Inner();>>", "lock (_gate) { Inner(); }")]
    [InlineData("<<|>new Thread(Inner).Start();>>", "lock (_gate) { Inner(); }")]
    [InlineData("<<Task.Run(Inner);|>Task.Run(Second);>>", "lock (_gate) { Inner(); }")]
    [InlineData("", "<<lock (_gate) { Inner(); }|>Inner();>>")]
    public void StartOfABody(string start, string call) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _a = new(), _b = new(), _gate = new(); private Action? _kept;
            public void Start(Action<Action> given) { {{start}} }
            public void Call() { {{call}} }
            private void Inner() { lock (_a) { lock (_b) { } } }
            private void Second() { lock (_a) { } }
            public void Other() { lock (_gate) { lock (_b) { lock (_a) { } } } }
            public Action? Kept => _kept;
        }
        """);

    [Theory]
    [InlineData("<<|>given(Inner);>>")]
    [InlineData("<<|>_kept = Inner;>>")]
    [InlineData("given(<<Inner|>() => { }>>);")]
    [InlineData("given(Inner); <<_kept = Inner;|>>>")]
    public void MentionOfABody(string mention) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _a = new(), _b = new(); private Action? _kept;
            public void Start(Action<Action> given) { {{mention}} }
            private void Inner() { lock (_a) { lock (_b) { } } }
            public void Other() { lock (_b) { lock (_a) { } } }
            public Action? Kept => _kept;
        }
        """,
        changesFindings: false);

    // What signals, waits and goes on.
    [Theory]
    [InlineData("<<await Task.Yield();|>>> lock (_a) { }", "await WorkAsync();", "lock (_a) { WorkAsync().Wait(); }")]
    [InlineData("await Task.Yield(); <<|>lock (_a) { }>>", "await WorkAsync();", "lock (_a) { WorkAsync().Wait(); }")]
    [InlineData("await Task.Yield(); lock (_a) { }", "<<await WorkAsync();|>_ = WorkAsync();>>", "lock (_a) { OuterAsync().Wait(); }")]
    [InlineData("await Task.Yield(); lock (_a) { }", "await WorkAsync();", "<<_task = WorkAsync();|>_task = OuterAsync();>> lock (_a) { _task.Wait(); }")]
    [InlineData("await Task.Yield(); lock (_a) { }", "await WorkAsync();", "<<_task = Task.CompletedTask;|>_task = WorkAsync();>>")]
    public void TaskThatGoesOn(string work, string outer, string start) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _a = new(); private Task? _task;
            public async Task WorkAsync() { {{work}} }
            public async Task OuterAsync() { {{outer}} }
            public void Start() { {{start}} }
            public void Stop() { lock (_a) { _task!.Wait(); } }
        }
        """);

    // Which type answers a call, whose completion it is, and what a registration runs.
    [Theory]
    [InlineData("_step = new First(this);", "<<|>_stop.Token.Register(() => { lock (Third) { } });>>", "_stop.Cancel();")]
    [InlineData("_step = new First(this);", "_stop.Token.Register(() => { <<|>lock (Third) { }>> });", "_stop.Cancel();")]
    [InlineData("_step = new First(this);", "_done<<|>2>>.Set();", "_done.Wait();")]
    [InlineData("_step = new First(this);", "lock (Gate) { } _done = <<_done|>_done2>>; _done.Set();", "_done.Wait();")]
    [InlineData("_step = new First(this);", "lock (Gate) { } _made = <<new Completion()|>_made>>; _made!.CompleteAll();", "_made!.Wait();")]
    public void ObjectThatIsReached(string choose, string signal, string under) => EndsAsAColdRun(
        $$"""
        public interface IStep { void Step(); }
        public sealed class First(C owner) : IStep { public void Step() { lock (owner.Other) { } } }
        public sealed class Second(C owner) : IStep { public void Step() { lock (owner.Gate) { } } }
        public sealed class C
        {
            public readonly object Gate = new(), Other = new(), Third = new(); private IStep? _step; private Completion? _made;
            private readonly CancellationTokenSource _stop = new(); private ManualResetEventSlim _done = new(); private readonly ManualResetEventSlim _done2 = new();
            public void Choose() { {{choose}} }
            public void Signal() { {{signal}} }
            public void Wait() { lock (Gate) { {{under}} } }
            public void One() { lock (Other) { _step!.Step(); } }
            public void Two() { lock (Gate) { lock (Other) { } } }
            public void Three() { lock (Third) { lock (Gate) { } } }
        }
        """);

    // What a loop waits for, and what a store makes of it.
    [Theory]
    [InlineData("while (<<_busy|>_late>>) { }", "_busy = false;")]
    [InlineData("while (_busy) { }", "_busy = <<false|>true>>;")]
    [InlineData("while (Busy) { }", "<<Busy|>_late>> = false;")]
    [InlineData("while (!IsIdle()) { }", "_state = <<3|>4>>;")]
    [InlineData("while (_state != <<3|>4>>) { }", "_state = 3;")]
    [InlineData("while (!<<IsIdle|>IsLate>>()) { }", "_state = 3;")]
    [InlineData("while (!IsIdle()) { }", "<<_state = 3;|>>>")]
    public void WhatALoopAsksFor(string loop, string store) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _a = new(); private volatile bool _busy = true, _late = true; private volatile int _state;
            private bool Busy { get { return _busy; } set { _busy = value; } }
            private bool IsIdle() { return _state == 3; }
            private bool IsLate() { return _state == 5; }
            public void Wait() { lock (_a) { {{loop}} } }
            public void End() { lock (_a) { } {{store}} }
            public override string ToString() => Busy.ToString() + _late + IsIdle() + IsLate();
        }
        """);

    [Theory]
    [InlineData("IsIdle() { return _state == <<3|>4>>; }")]
    [InlineData("IsIdle() { return <<_state|>_other>> == 3; }")]
    [InlineData("IsIdle() { return !Busy; } private bool Busy { get { return <<_busy|>_late>>; } set { _busy = value; } }")]
    public void AnswerThatALoopAsksFor(string answer) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _a = new(); private volatile bool _busy = true, _late = true; private volatile int _state, _other;
            private bool {{answer}}
            public void Wait() { lock (_a) { while (!IsIdle()) { } } }
            public void End() { lock (_a) { } _state = 3; _busy = false; }
            public override string ToString() => _busy.ToString() + _late + _other;
        }
        """);

    // Each part of what a body says of itself reaches those that call it.
    [Theory]
    [InlineData("private bool Callee() => Interlocked.Exchange(ref <<_once|>_twice>>, 1) == 0;", "if (!Callee()) { return; } lock (_a) { lock (_b) { } }")]
    [InlineData("private object Callee() => <<_c|>_a>>;", "lock (Callee()) { lock (_b) { } }")]
    [InlineData("private void Callee() { <<Monitor.Exit(_a);|>>> }", "Monitor.Enter(_a); Callee(); lock (_b) { }")]
    [InlineData("private void Callee() { <<|>Monitor.Enter(_a);>> }", "Callee(); lock (_b) { }")]
    [InlineData("private System.Collections.Generic.IEnumerable<int> Callee() { <<yield return 1;|>lock (_a) { yield return 1; }>> }", "foreach (int i in Callee()) { lock (_b) { } }")]
    [InlineData("private async Task Callee() { <<|>await Task.Yield();>> lock (_b) { } }", "lock (_a) { _ = Callee(); }")]
    [InlineData("private async Task Callee(bool later) { <<if (later)|>>> { await Task.Yield(); } lock (_b) { } }", "lock (_a) { _ = Callee(false); }")]
    [InlineData("private void Callee() { <<|>lock (_b) { }>> }", "lock (_a) { Callee(); }")]
    [InlineData("private void Callee(Action run) { <<|>run();>> }", "lock (_a) { Callee(() => { lock (_b) { } }); }")]
    [InlineData("private void Callee(bool takes) { <<if (takes)|>>> { lock (_b) { } } }", "lock (_a) { Callee(false); }")]
    [InlineData("private Task Callee() { <<return Task.CompletedTask;|>return Task.Run(() => { lock (_b) { } });>> }", "lock (_a) { Callee().Wait(); }")]
    [InlineData("private static readonly object s_held = new(); private void Callee() { <<|>lock (_b) { _done.Wait(); }>> } public void Signal() { lock (_a) { } _done.Set(); }", "lock (_a) { Callee(); }")]
    [InlineData("[<<RequiresLock|>ExcludesLock>>(nameof(_a))] private void Callee() { }", "lock (_a) { Callee(); }")]
    public void PartOfASummary(string callee, string one) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _a = new(), _b = new(), _c = new(); private readonly ManualResetEventSlim _done = new(); private int _once, _twice;
            {{callee}}
            public void One() { {{one}} }
            public void Two() { if (Interlocked.Exchange(ref _once, 1) != 0) { return; } lock (_b) { lock (_a) { } } }
        }
        """);

    // Who waits at once for the flow that it begins does one thing after the other, and so does the flow: what it does before counts for nobody.
    [Theory]
    [InlineData("<<RunAsync(c).GetAwaiter().GetResult();|>_ = RunAsync(c);>>", "")]
    [InlineData("RunAsync(c).GetAwaiter().GetResult();", "<<|>_ = RunAsync(c);>>")]
    [InlineData("RunAsync(c).GetAwaiter().GetResult();", "<<|>Run(c);>>")]
    public void DriverOfAFlow(string run, string other) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly System.Threading.Channels.Channel<int> _in = System.Threading.Channels.Channel.CreateBounded<int>(2), _out = System.Threading.Channels.Channel.CreateBounded<int>(2);
            public void Start() => Task.Run(LoopAsync);
            public async Task SendAsync(int item) { await _gate.WaitAsync(); try { await _in.Writer.WriteAsync(item); } finally { _gate.Release(); } }
            public async Task<int> PollAsync() { await Task.Yield(); return _out.Reader.TryRead(out int item) ? item : 0; }
            private async Task LoopAsync() { while (true) { int item = await _in.Reader.ReadAsync(); await _out.Writer.WriteAsync(item); } }
        }
        public static class Scenario
        {
            public static void Run(C c) { {{run}} }
            public static void Other(C c) { {{other}} }
            private static async Task RunAsync(C c) { c.Start(); await c.SendAsync(1); await c.PollAsync(); }
        }
        """);

    // More than a body is edited: another member, another base, the same member twice.
    [Theory]
    [InlineData("<<|>public void Third() { lock (_b) { lock (_a) { } } }>>", "")]
    [InlineData("", "<<|> : Base>>")]
    [InlineData("<<|>public void Two() { lock (_b) { lock (_a) { } } }>>", "")]
    [InlineData("<<|>private void One() { }>>", "")]
    public void MembersAndTypes(string member, string @base) => EndsAsAColdRun(
        $$"""
        public abstract class Base { public virtual void Step() { } }
        public class C{{@base}}
        {
            private readonly object _a = new(), _b = new();
            public void One() { lock (_a) { Step(); lock (_b) { } } }
            public void Two() { lock (_b) { } }
            {{member}}
            public {{(@base.Length > 0 ? "new " : "")}}void Step() { }
        }
        """,
        changesFindings: false);
}
