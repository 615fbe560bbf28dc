using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>Tasks, value tasks, their awaiters and sources.</summary>
internal static class TaskPrimitives
{
    public static ImmutableArray<Primitive> All { get; } =
    [
        Primitive.End("Task.Run, Wait", "Task", "Task.Run(Work)", "_work!.Wait()"),
        Primitive.End("Task.Result", "Task<int>", "Task.Run(() => { Work(); return 1; })", "_ = [|_work!.Result|]"),
        Primitive.End("Task awaiter", "Task", "Task.Run(Work)", "_work!.GetAwaiter().GetResult()"),
        Primitive.End("Task awaiter of a result", "Task<int>", "Task.Run(() => { Work(); return 1; })", "_work!.GetAwaiter().GetResult()"),
        Primitive.End("Task configured awaiter", "Task", "Task.Run(Work)", "_work!.ConfigureAwait(false).GetAwaiter().GetResult()"),
        Primitive.End("Task.WaitAsync without limit", "Task", "Task.Run(Work)", "_work!.WaitAsync(CancellationToken.None).Wait()"),
        Primitive.End("new Task", "Task", "new Task(Work); _work.Start()", "_work!.Wait()"),
        Primitive.End("TaskFactory.StartNew", "Task", "Task.Factory.StartNew(Work)", "_work!.Wait()"),
        Primitive.End("TaskFactory<T>.StartNew", "Task<int>", "Task<int>.Factory.StartNew(() => { Work(); return 1; })", "_work!.Wait()"),
        Primitive.End("TaskFactory.ContinueWhenAll", "Task", "Task.Factory.ContinueWhenAll(new[] { Task.CompletedTask }, _ => Work())", "_work!.Wait()"),
        Primitive.End("TaskFactory.ContinueWhenAny", "Task", "Task.Factory.ContinueWhenAny(new[] { Task.CompletedTask }, _ => Work())", "_work!.Wait()"),
        Primitive.End("Task.ContinueWith", "Task", "Task.CompletedTask.ContinueWith(_ => Work())", "_work!.Wait()"),
        Primitive.End("Task<T>.ContinueWith", "Task", "Task.FromResult(1).ContinueWith(_ => Work())", "_work!.Wait()"),
        Primitive.End("Task.WaitAll", "Task", "Task.Run(Work)", "Task.WaitAll(_work!, Task.CompletedTask)"),
        Primitive.End("Task.WaitAny", "Task", "Task.Run(Work)", "Task.WaitAny(_work!)"),
        Primitive.End("Task.WhenAll", "Task", "Task.Run(Work)", "Task.WhenAll(_work!, Task.CompletedTask).Wait()"),
        Primitive.End("Task.Unwrap", "Task", "Task.Run(() => { Work(); return Task.CompletedTask; })", "_work!.Wait()"),
        Primitive.End("async method, blocked on", "Task", "WorkAsync()", "_work!.Wait()"),
        Primitive.End("async lambda", "Task", "Task.Run(async () => { await Task.Yield(); Work(); })", "_work!.Wait()"),
        Primitive.Run("ValueTask.Result", "private ValueTask<int> WorkAsync() => new(Task.Run(() => { Work(); return 1; }));", "_ = [|WorkAsync().Result|]"),
        Primitive.Run("ValueTask.AsTask", "private ValueTask<int> WorkAsync() => new(Task.Run(() => { Work(); return 1; }));", "WorkAsync().AsTask().Wait()"),
        Primitive.Run("ValueTask awaiter", "private async ValueTask WorkAsync() { await Task.Yield(); Work(); }", "WorkAsync().GetAwaiter().GetResult()"),
        Primitive.Run("ValueTask configured awaiter", "private async ValueTask<int> WorkAsync() { await Task.Yield(); Work(); return 1; }", "WorkAsync().ConfigureAwait(false).GetAwaiter().GetResult()"),
        Primitive.Run("ValueTask<T> awaiter", "private async ValueTask<int> WorkAsync() { await Task.Yield(); Work(); return 1; }", "WorkAsync().GetAwaiter().GetResult()"),
        Primitive.Signal("TaskCompletionSource.SetResult", "TaskCompletionSource _done = new();", "_done.Task.Wait()", "_done.SetResult()"),
        Primitive.Signal("TaskCompletionSource<T>.TrySetResult", "TaskCompletionSource<int> _done = new();", "_done.Task.Wait()", "_done.TrySetResult(1)"),
        Primitive.Signal("TaskCompletionSource.SetException", "TaskCompletionSource _done = new();", "_done.Task.Wait()", "_done.SetException(new Exception())"),
        Primitive.Signal("TaskCompletionSource.TrySetCanceled", "TaskCompletionSource<int> _done = new();", "_done.Task.Wait()", "_done.TrySetCanceled()"),
        Primitive.Signal("TaskCompletionSource.SetFromTask", "TaskCompletionSource _done = new();", "_done.Task.Wait()", "_done.SetFromTask(Task.CompletedTask)"),
        new(
            "Task.WhenAny of one that is free",
            "XR1001",
            """
            private Task? _work; private Task? _free;
            public void Start() { _work = Task.Run(Work); _free = Task.Run(Free); }
            public void Stop() { lock (_gate) { [|Task.WaitAny(_work!, _free!)|]; } }
            private void Work() { lock (_gate) { } }
            private void Free() { lock (_gate) { } }
            """,
            "[|Task.WaitAny(_work!, _free!)|]; } }\n",
            "Task.WhenAny(_work!, Task.Delay(100)).Wait(); } }\n"),
        new(
            "Task.WaitAny of one that is free",
            "XR1001",
            """
            private Task? _work; private Task? _free;
            public void Start() { _work = Task.Run(Work); _free = Task.Run(Free); }
            public void Stop() { lock (_gate) { [|Task.WaitAny(_work!, _free!)|]; } }
            private void Work() { lock (_gate) { } }
            private void Free() { lock (_gate) { } }
            """,
            "Free() { lock (_gate)",
            "Free() { lock (_other)"),
        new(
            "await under a semaphore",
            "XR1001",
            """
            private readonly SemaphoreSlim _a = new(1, 1); private readonly TaskCompletionSource _done = new();
            public void Start() => new Thread(Work).Start();
            public async Task Stop() { await _a.WaitAsync(); try { [|await _done.Task|]; } finally { _a.Release(); } }
            private void Work() { _a.Wait(); _a.Release(); _done.SetResult(); }
            """,
            "_a.Wait(); _a.Release(); _done.SetResult();",
            "_done.SetResult(); _a.Wait(); _a.Release();"),
        new(
            "await with a limit under a semaphore",
            "XR1001",
            """
            private readonly SemaphoreSlim _a = new(1, 1); private readonly TaskCompletionSource _done = new();
            public void Start() => new Thread(Work).Start();
            public async Task Stop() { await _a.WaitAsync(); try { [|await _done.Task|]; } finally { _a.Release(); } }
            private void Work() { _a.Wait(); _a.Release(); _done.SetResult(); }
            """,
            "[|await _done.Task|]",
            "await _done.Task.WaitAsync(TimeSpan.FromSeconds(1))"),
        new(
            "wait with a limit of its own",
            "XR1001",
            """
            private Task? _work;
            public void Start() { _work = Task.Run(Work); }
            public void Stop() { lock (_gate) { [|_work!.Wait()|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "[|_work!.Wait()|]",
            "_work!.WaitAsync(TimeSpan.FromSeconds(1)).Wait()"),
        new(
            "IAsyncDisposable",
            "XR1001",
            """
            private readonly SemaphoreSlim _a = new(1, 1); private readonly TaskCompletionSource _done = new();
            public void Start() => new Thread(Work).Start();
            public async Task Stop() { await _a.WaitAsync(); try { await using var stopped = new Stopped(_done); } finally { _a.Release(); } }
            private void Work() { _a.Wait(); _a.Release(); _done.SetResult(); }
            private sealed class Stopped(TaskCompletionSource done) : IAsyncDisposable { public async ValueTask DisposeAsync() => [|await done.Task|]; }
            """,
            "_a.Wait(); _a.Release(); _done.SetResult();",
            "_done.SetResult(); _a.Wait(); _a.Release();"),
    ];
}
