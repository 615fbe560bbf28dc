using VerifyRing = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using VerifySelf = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Work that one loop runs, and that waits for work of another loop of the same class.</summary>
public class TwoLoopsOfOneClassTests
{
    private const string Work = """
        using System.Collections.Concurrent;
        public sealed class Work(Action run)
        {
            public readonly Action Run = run;
            public readonly ManualResetEventSlim Done = new();
        }
        public sealed class Loop
        {
            private readonly BlockingCollection<Work> _works = new();
            public Loop() => new Thread(Turn).Start();
            private void Turn() { foreach (Work work in _works.GetConsumingEnumerable()) { work.Run(); work.Done.Set(); } }
            public Work Post(Action run) { var work = new Work(run); _works.Add(work); return work; }
        }

        """;

    [Theory]
    [InlineData("_ui", "_ui", true)]
    [InlineData("_ui", "_io", false)]
    public Task WorkThatWaitsForOtherWork_ReportsForOneLoop(string first, string second, bool reports) => VerifySelf.VerifyAnalyzerAsync(Work + $$"""
        public sealed class App
        {
            private readonly Loop _ui = new(), _io = new();
            public void Reload() => {{first}}.Post(() => Load());
            private void Load() { Work loading = {{second}}.Post(() => Console.Beep()); {{(reports ? "[|loading.Done.Wait()|]" : "loading.Done.Wait()")}}; }
        }
        """);

    [Theory]
    [InlineData("s_ui", "s_ui", true)]
    [InlineData("s_ui", "s_io", false)]
    public Task WorkForALoopInAStaticMember_ReportsForOneLoop(string first, string second, bool reports) => VerifySelf.VerifyAnalyzerAsync(Work + $$"""
        public static class App
        {
            private static readonly Loop s_ui = new(), s_io = new();
            public static void Reload() => {{first}}.Post(() => Load());
            private static void Load() { Work loading = {{second}}.Post(() => Console.Beep()); {{(reports ? "[|loading.Done.Wait()|]" : "loading.Done.Wait()")}}; }
        }
        """);

    [Theory]
    [InlineData("_ui", "_ui", true)]
    [InlineData("_ui", "_io", false)]
    public Task LockThatOtherWorkNeeds_ReportsForOneLoop(string first, string second, bool reports) => VerifyRing.VerifyAnalyzerAsync(Work + $$"""
        public sealed class App
        {
            private readonly Loop _ui = new(), _io = new();
            private readonly object _gate = new();
            public void Update() => {{first}}.Post(() => { lock (_gate) { Console.Beep(); } });
            public void Save() { lock (_gate) { Work saving = {{second}}.Post(() => Console.Beep()); {{(reports ? "[|saving.Done.Wait()|]" : "saving.Done.Wait()")}}; } }
        }
        """);

    // Who hands on what a loop has returned is no loop itself.
    [Theory]
    [InlineData("_ui", "_ui", true)]
    [InlineData("_ui", "_io", false)]
    public Task TaskThatAnotherClassHandsOn_ReportsForOneLoop(string first, string second, bool reports) => VerifySelf.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Actor
        {
            private readonly BlockingCollection<Action> _mail = new();
            public Actor() => new Thread(Turn).Start();
            private void Turn() { foreach (Action action in _mail.GetConsumingEnumerable()) { action(); } }
            public void Tell(Action action) => _mail.Add(action);
            public Task Ask() { var answer = new TaskCompletionSource(); _mail.Add(() => answer.SetResult()); return answer.Task; }
        }
        public sealed class Store
        {
            private readonly Actor _ui = new(), _io = new();
            private Task Get() => {{second}}.Ask();
            public void Reserve() => {{first}}.Tell(() => Take());
            private void Take() => {{(reports ? "[|Get().Wait()|]" : "Get().Wait()")}};
        }
        """);

    // The queue of a base class, which the derived one uses itself.
    [Theory]
    [InlineData("this", true)]
    [InlineData("_next", false)]
    public Task QueueOfABaseClass_ReportsForOneLoop(string asked, bool reports) => VerifySelf.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public abstract class Actor
        {
            protected readonly BlockingCollection<Action> _mail = new();
            protected Actor() => new Thread(Turn).Start();
            private void Turn() { foreach (Action action in _mail.GetConsumingEnumerable()) { action(); } }
        }
        public sealed class Store(Store next) : Actor
        {
            private readonly Store _next = next;
            public Task Ask() { var answer = new TaskCompletionSource(); _mail.Add(() => answer.SetResult()); return answer.Task; }
            public void Reserve() => _mail.Add(Take);
            private void Take() => {{(reports ? $"[|{asked}.Ask().Wait()|]" : $"{asked}.Ask().Wait()")}};
        }
        """);
}
