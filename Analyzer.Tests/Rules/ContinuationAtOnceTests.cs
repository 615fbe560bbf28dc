using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Ring = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Continuations that ask to run where what they continue ends run where they are added, if it has ended before.</summary>
public class ContinuationAtOnceTests
{
    [Theory]
    [InlineData("TaskContinuationOptions.ExecuteSynchronously", true)]
    [InlineData("TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted", true)]
    [InlineData("TaskContinuationOptions.None", false)]
    [InlineData("TaskContinuationOptions.OnlyOnFaulted", false)]
    public Task ContinuationUnderALock(string options, bool reports) => Order.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _a = new(), _b = new();
            public void M(Task task) { lock (_a) { Add(task); } }
            private void Add(Task task) => task.ContinueWith(_ => { lock ({{(reports ? "[|_b|]" : "_b")}}) { } }, CancellationToken.None, {{options}}, TaskScheduler.Default);
            public void Other() { lock (_b) { lock (_a) { } } }
        }
        """);

    // Who signals runs what has asked for that, unless the source gives its continuations to others.
    [Theory]
    [InlineData("new()", "TaskContinuationOptions.ExecuteSynchronously", "_ready.TrySetResult();", true)]
    [InlineData("new()", "TaskContinuationOptions.ExecuteSynchronously", "Task.Run(() => _ready.TrySetResult());", false)]
    [InlineData("new(TaskCreationOptions.RunContinuationsAsynchronously)", "TaskContinuationOptions.ExecuteSynchronously", "_ready.TrySetResult();", false)]
    [InlineData("new()", "TaskContinuationOptions.None", "_ready.TrySetResult();", false)]
    [InlineData("new()", "TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted", "_ready.TrySetResult();", false)]
    [InlineData("new()", "TaskContinuationOptions.ExecuteSynchronously", "_other.TrySetResult();", false)]
    [InlineData("new()", "TaskContinuationOptions.ExecuteSynchronously", "_ready.TrySetResult();", false, "TaskScheduler.FromCurrentSynchronizationContext()")]
    [InlineData("new()", "TaskContinuationOptions.ExecuteSynchronously", "_ready.TrySetResult();", true, "TaskScheduler.Current")]
    public Task SignalUnderALock(string source, string options, string signal, bool reports, string scheduler = "TaskScheduler.Default") => Order.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _a = new(), _b = new(); private readonly TaskCompletionSource _ready = {{source}}, _other = new();
            public void Init() => _ready.Task.ContinueWith(_ => Report(), CancellationToken.None, {{options}}, {{scheduler}});
            public void On() { lock (_a) { {{signal}} } }
            private void Report() { lock ({{(reports ? "[|_b|]" : "_b")}}) { } }
            public void Read() { lock (_b) { lock (_a) { } } }
        }
        """);

    // The continuation disposes of a registration whose callback needs the lock: unlike a callback that runs while it is registered, it is none of the token's.
    [Fact]
    public Task DisposalInAContinuation_WaitsForTheCallback() => Ring.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly object _gate = new(); private CancellationTokenRegistration _registration;
            public Task<int> AskAsync(CancellationToken token)
            {
                var reply = new TaskCompletionSource<int>();
                lock (_gate)
                {
                    _registration = token.Register(static self => ((C)self!).Cancel(), this);
                    reply.Task.ContinueWith(static (_, self) => ((C)self!).End(), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                }
                return reply.Task;
            }
            private void Cancel() { lock (_gate) { } }
            private void End() { [|_registration.Dispose()|]; }
        }
        """);
}
