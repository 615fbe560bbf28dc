using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 through a helper that an object may be given: a warning where somebody in sight gives it one.</summary>
public class NowhereSetTests
{
    [Theory]
    [InlineData("public IInvoker? Invoker { get; set; }", "", false)]
    [InlineData("public IInvoker? Invoker { get; set; }", "public static W Make(IInvoker invoker) => new W { Invoker = invoker };", true)]
    [InlineData("public IInvoker? Invoker { get; set; }", "public void Follow(IInvoker invoker) { Invoker = invoker; }", true)]
    [InlineData("public IInvoker? Invoker { get; set; } = new Ui();", "", true)]
    [InlineData("private IInvoker? Invoker;", "public void Follow(IInvoker invoker) => Interlocked.Exchange(ref Invoker, invoker);", true)]
    [InlineData("private IInvoker? Invoker;", "public void Follow(IInvoker invoker) => Volatile.Write(ref Invoker, invoker);", true)]
    [InlineData("private IInvoker? Invoker;", "public void Follow() => Get(out Invoker); private static void Get(out IInvoker? invoker) { invoker = new Ui(); }", true)]
    [InlineData("public IInvoker? Invoker { get; set; }", "public static void Give(IHas one, IInvoker invoker) { one.Invoker = invoker; }", true)]
    [InlineData("private Ui? Invoker;", "", true)]
    [InlineData("", "", true)]
    public Task HelperThatNobodyGives_IsASuggestion(string member, string members, bool isWarning) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public interface IInvoker { void Invoke(Action action); }
        public interface IHas { IInvoker? Invoker { get; set; } }
        public sealed class Ui : IInvoker
        {
            private readonly BlockingCollection<Action> _actions = new();
            public Ui() { new Thread(() => { foreach (var action in _actions.GetConsumingEnumerable()) action(); }).Start(); }
            public void Invoke(Action action) { var done = new ManualResetEventSlim(); _actions.Add(() => { action(); done.Set(); }); {|#0:done.Wait()|}; }
        }
        public sealed class Direct : IInvoker { public void Invoke(Action action) => action(); }
        public sealed class W{{(member.Length == 0 ? "(IInvoker Invoker)" : "")}}{{(members.Contains("IHas") ? " : IHas" : "")}}
        {
            private readonly object _gate = new();
            {{member}}
            {{members}}
            public void Stop() { lock (_gate) Invoker?.Invoke(() => { lock (_gate) { } }); }
        }
        """,
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithSeverity(isWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
}
