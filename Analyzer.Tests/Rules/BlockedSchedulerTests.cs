using CrossRelease.Analyzers.Tests.Support;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BlockedContextAnalyzer>;
using VerifyAll = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using VerifySelf = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Task schedulers of the program's own, which run one task after the other.</summary>
public class BlockedSchedulerTests
{
    private const string Start = ", CancellationToken.None, TaskCreationOptions.None, ";
    private const string NoInline = "protected override bool TryExecuteTaskInline(Task task, bool wasQueued) => false;";
    private const string Loop = "private readonly Thread _thread; public OneThread() { _thread = new Thread(Run); _thread.Start(); } private void Run() { foreach (Task task in _tasks.GetConsumingEnumerable()) { TryExecuteTask(task); } }";

    [Fact]
    public Task WaitForAnotherTaskOfTheScheduler_TellsBothSides() => Verify.VerifyAnalyzerAsync(
        With("private readonly OneThread _scheduler = new(); " + Explicit("_scheduler", "{|#0:loading.Wait()|}")),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedScheduler).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'View.Load' blocks on 'loading' on the one thread on which 'OneThread.Run' runs its scheduler's tasks, but 'a lambda in View.Load' has to run there first. "
            + "Await it, or start it with TaskScheduler.Default."));

    [Theory]
    [InlineData("private readonly TaskScheduler _scheduler = new OneThread(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); private void Load() { [|Task.Factory.StartNew(() => 1" + Start + "_scheduler).Result|].ToString(); }")]
    [InlineData("private static readonly TaskScheduler _scheduler = new OneThread(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); private static void Load() => [|Task.Factory.StartNew(() => { }" + Start + "_scheduler).Wait()|];")]
    [InlineData("private readonly TaskFactory _factory = new(new OneThread()); public void Reload() => _factory.StartNew(Load); private void Load() => [|_factory.StartNew(() => { }).Wait()|];")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Post(Load); private void Load() => [|Post(() => { }).Wait()|]; private Task Post(Action work) => Task.Factory.StartNew(work" + Start + "_scheduler);")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() { var first = new Task(Load); first.Start(_scheduler); } private void Load() { var next = new Task(() => { }); next.Start(_scheduler); [|next.Wait()|]; }")]
    [InlineData("private readonly Turns _turns = new(); public void Reload() => _turns.Post(() => Load()); private void Load() => [|_turns.Post(() => { }).Wait()|];")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => [|Task.Factory.StartNew(() => { }).Wait()|];")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() { var next = new Task(() => { }); next.Start(); [|next.Wait()|]; }")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => Read(); private static void Read() { Task reading = Begin(); [|reading.Wait()|]; } private static Task Begin() => Task.Factory.StartNew(() => { });")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => [|ReadAsync().Wait()|]; private static async Task ReadAsync() { await Task.Delay(1); }")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => [|Task.Run(() => { }).ContinueWith(_ => { }).Wait()|];")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(() => Load()" + Start + "_scheduler); private int Load() { Task<int> next = Task.Factory.StartNew(() => 1); return [|next.Result|]; }")]
    public Task TaskThatNeedsTheSchedulersThread_Reports(string members) => Verify.VerifyAnalyzerAsync(With(members));

    [Theory]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); private void Load() => Task.Factory.StartNew(() => { }" + Start + "TaskScheduler.Default).Wait();")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); private void Load() => Task.Run(() => { }).Wait();")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); private void Load() => Task.Factory.StartNew(() => { }" + Start + "_scheduler).Wait(100);")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Run(Load); private void Load() => Task.Factory.StartNew(() => { }" + Start + "_scheduler).Wait();")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Run(Load); public void Load() => Task.Factory.StartNew(() => { }).Wait();")]
    [InlineData("private readonly OneThread _ui = new(), _io = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_ui); private void Load() => Task.Factory.StartNew(() => { }" + Start + "_io).Wait();")]
    [InlineData("private readonly Turns _ui = new(), _io = new(); public void Reload() => _ui.Post(() => Load()); private void Load() => _io.Post(() => { }).Wait();")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => Task.Run(() => { Task.Factory.StartNew(() => { }).Wait(); });")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => ReadAsync().Wait(); private static async Task ReadAsync() { await Task.Delay(1).ConfigureAwait(false); }")]
    [InlineData("private readonly OneThread _scheduler = new(); private Task? _next; public void Begin() => _next = Task.Factory.StartNew(() => { }); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => _next?.Wait();")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() { var next = new Task(() => { }); next.Start(TaskScheduler.Default); next.Wait(); }")]
    [InlineData("private readonly OneThread _ui = new(), _io = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_ui); public void Load() { var next = new Task(() => { }); next.Start(_io); next.Wait(); }")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load" + Start + "_scheduler); public void Load() => Task.Run(() => { }).ContinueWith(_ => { }, TaskScheduler.Default).Wait();")]
    [InlineData("private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(() => Load()" + Start + "_scheduler); private int Load() { Task<int> next = Task.Run(() => 1); return next.Result; }")]
    public Task TaskThatNeedsNoTurn_IsQuiet(string members) => Verify.VerifyAnalyzerAsync(With(members));

    // Who waits for a task may run it, or each task has a thread: then nobody waits for a turn.
    [Theory]
    [InlineData(NoInline, Loop, true)]
    [InlineData("protected override bool TryExecuteTaskInline(Task task, bool wasQueued) => !wasQueued && TryExecuteTask(task);", Loop, true)]
    [InlineData("protected override bool TryExecuteTaskInline(Task task, bool wasQueued) { if (wasQueued) { return false; } return TryExecuteTask(task); }", Loop, true)]
    [InlineData("protected override bool TryExecuteTaskInline(Task task, bool wasQueued) => wasQueued && TryExecuteTask(task);", Loop, false)]
    [InlineData("protected override bool TryExecuteTaskInline(Task task, bool wasQueued) => Thread.CurrentThread == _thread && TryExecuteTask(task);", Loop, false)]
    [InlineData("protected override bool TryExecuteTaskInline(Task task, bool wasQueued) => Here(task); private bool Here(Task task) => TryExecuteTask(task);", Loop, false)]
    [InlineData(NoInline, "public OneThread() { new Thread(Run).Start(); } private void Run() { while (true) { Next(); } } private void Next() => TryExecuteTask(_tasks.Take());", true)]
    [InlineData(NoInline, "public OneThread() { for (int i = 0; i < 4; i++) { new Thread(Run).Start(); } } private void Run() { foreach (Task task in _tasks.GetConsumingEnumerable()) { TryExecuteTask(task); } }", false)]
    [InlineData(NoInline, "private void Begin() => new Thread(() => TryExecuteTask(_tasks.Take())).Start();", false)]
    public Task SchedulerThatKeepsWhoWaits_Reports(string inline, string loop, bool reports)
    {
        string source = With("private readonly OneThread _scheduler = new(); " + Explicit("_scheduler", reports ? "[|loading.Wait()|]" : "loading.Wait()"), inline, loop);
        return Verify.VerifyAnalyzerAsync(loop.Contains("Begin()") ? source.Replace("=> _tasks.Add(task);", "{ _tasks.Add(task); Begin(); }") : source);
    }

    // Of several threads another one goes on with what the async method has begun.
    [Theory]
    [InlineData(Loop, true)]
    [InlineData("public OneThread() { for (int i = 0; i < 4; i++) { new Thread(Run).Start(); } } private void Run() { foreach (Task task in _tasks.GetConsumingEnumerable()) { TryExecuteTask(task); } }", false)]
    public Task AsyncMethodThatGoesOnThere_Reports(string loop, bool reports) => Verify.VerifyAnalyzerAsync(With(
        $"private readonly OneThread _scheduler = new(); public void Reload() => Task.Factory.StartNew(Load{Start}_scheduler); public void Load() => {(reports ? "[|ReadAsync().Wait()|]" : "ReadAsync().Wait()")}; private static async Task ReadAsync() {{ await Task.Delay(1); }}",
        loop: loop));

    [Fact]
    public Task WaitForAnotherTaskOfTheScheduler_IsOneFinding() =>
        VerifySelf.VerifyAnalyzerAsync(With("private readonly OneThread _scheduler = new(); " + Explicit("_scheduler", "loading.Wait()")));

    // What another task of the scheduler needs, whoever waits for one keeps from it.
    [Theory]
    [InlineData("_scheduler", "_scheduler", true)]
    [InlineData("_scheduler", "_other", false)]
    [InlineData("_scheduler", "TaskScheduler.Default", false)]
    [InlineData("TaskScheduler.Default", "_scheduler", false)]
    public Task LockThatATaskOfTheSchedulerNeeds_Reports(string needs, string waits, bool reports) => VerifyAll.VerifyAnalyzerAsync(With($$"""
        private readonly OneThread _scheduler = new(), _other = new();
        private readonly object _gate = new();
        public void Update() => Task.Factory.StartNew(() => { lock (_gate) { Console.Beep(); } }{{Start}}{{needs}});
        public void Save() { lock (_gate) { Wait(); } }
        private void Wait() { Task saving = Task.Factory.StartNew(() => Console.Beep(){{Start}}{{waits}}); {{(reports ? "[|saving.Wait()|]" : "saving.Wait()")}}; }
        """));

    private static string Explicit(string scheduler, string wait) => $$"""
        public Task Reload() => Task.Factory.StartNew(() => Load(){{Start}}{{scheduler}});
        private void Load()
        {
            Task loading = Task.Factory.StartNew(() => Console.Beep(){{Start}}{{scheduler}});
            {{wait}};
        }
        """;

    private static string With(string members, string inline = NoInline, string loop = Loop) => $$"""
        using System.Collections.Concurrent;
        public sealed class OneThread : TaskScheduler
        {
            private readonly BlockingCollection<Task> _tasks = new();
            {{loop}}
            protected override void QueueTask(Task task) => _tasks.Add(task);
            {{inline}}
            protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();
        }
        public sealed class Turns
        {
            private readonly TaskScheduler _scheduler = new OneThread();
            public Task Post(Action work) => Task.Factory.StartNew(work{{Start}}_scheduler);
        }
        public sealed class View
        {
            {{members}}
        }
        """;
}
