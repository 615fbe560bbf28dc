using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 for code that is handed to the thread of a user interface: it has that thread to itself for as long as it runs.</summary>
public class UiThreadTests
{
    [Theory]
    [InlineData("_ui.BeginInvoke(Work);", "lock (_gate) { }", "lock (_gate) { WAIT; }", "_ui.Invoke(() => { })", true)]
    [InlineData("_ui.BeginInvoke(Work);", "lock (_other) { }", "lock (_gate) { WAIT; }", "_ui.Invoke(() => { })", false)]
    [InlineData("_ui.BeginInvoke(Work);", "lock (_gate) { }", "lock (_gate) { WAIT; }", "_ui.BeginInvoke(() => { })", false)]
    [InlineData("_ui.BeginInvoke(Work); Work();", "lock (_gate) { }", "lock (_gate) { WAIT; }", "_ui.Invoke(() => { })", false)]
    [InlineData("_ui.BeginInvoke(Work);", "WAIT;", "_ui.Invoke(() => { }); _done.Set();", "_done.Wait()", true)]
    [InlineData("_ui.BeginInvoke(Work);", "WAIT;", "_ui.BeginInvoke(() => { }); _done.Set();", "_done.Wait()", false)]
    [InlineData("_ui.BeginInvoke(Work);", "WAIT;", "", "_ui.Invoke(() => { })", true)]
    [InlineData("Task.Run(Work);", "WAIT;", "", "_ui.Invoke(() => { })", false)]
    public Task WaitOfOrForTheUiThread_Reports(string start, string work, string other, string wait, bool reports) => Verify.VerifyAnalyzerAsync(
        Source(start, work, other).Replace("WAIT", reports ? $"[|{wait}|]" : wait, StringComparison.Ordinal));

    [Fact]
    public Task LockThatTheUiThreadNeeds_TellsTheWholeStory() => Verify.VerifyAnalyzerAsync(
        Source("_ui.BeginInvoke(Work);", "lock (_gate) { }", "lock ({|#1:_gate|}) { {|#0:_ui.Invoke({|#2:() => { }|})|}; }"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Other' waits for 'Invoke' while holding '_gate', but 'a lambda in C.Other', which signals it, needs '_gate' first "
            + "(it needs 'the UI thread', held by 'C.Work' which needs '_gate'). Wait after releasing '_gate'."));

    private static string Source(string start, string work, string other) => $$"""
        namespace System.Windows.Threading
        {
            public class DispatcherOperation { public void Wait() { } }
            public class Dispatcher
            {
                public void Invoke(Action callback) { }
                public DispatcherOperation BeginInvoke(Delegate method, params object[] args) => new();
            }
        }
        public sealed class C
        {
            private readonly System.Windows.Threading.Dispatcher _ui = new();
            private readonly object _gate = new(); private readonly object _other = new(); private readonly ManualResetEventSlim _done = new();
            public void Start() { {{start}} }
            private void Work() { {{work}} }
            public void Other() { {{other}} }
        }
        """;
}
