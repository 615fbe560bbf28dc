using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 for locks of an object in its own constructor: nobody else has them before it is published, and anybody may after that.</summary>
public class PublishedByConstructorTests
{
    [Theory]
    [InlineData("protected Listener() { lock (Registry.Gate) Registry.All.Add(this); }", "", "lock (_early) { Enable(); }", true)]
    [InlineData("", "Registry.All.Add(this); ", "lock (_early) { Enable(); }", true)]
    [InlineData("", "Enlist(); ", "lock (_early) { Enable(); }", true)]
    [InlineData("", "", "lock (_early) { Registry.All.Add(this); Enable(); }", true)]
    [InlineData("", "", "lock (_early) { Enable(); } Registry.All.Add(this);", false)]
    [InlineData("", "", "lock (_early) { Enable(); }", false)]
    [InlineData("protected Listener() { lock (Registry.Gate) Registry.All.Clear(); }", "", "lock (_early) { Enable(); }", false)]
    public Task LockInAConstructor(string @base, string before, string work, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public static class Registry
        {
            internal static readonly object Gate = new();
            internal static readonly List<Listener> All = new();
            public static void Raise() { lock (Gate) { foreach (Listener listener in All) listener.OnRaised(); } }
            public static void Add(Listener listener) { lock (Gate) All.Add(listener); }
        }
        public abstract class Listener
        {
            {{@base}}
            protected internal abstract void OnRaised();
            protected void Enable() { lock ({{(reports ? "[|Registry.Gate|]" : "Registry.Gate")}}) { } }
        }
        public sealed class Metrics : Listener
        {
            private readonly List<int> _early = new();
            public Metrics() { {{before}}{{work}} }
            private void Enlist() => Registry.All.Add(this);
            protected internal override void OnRaised() { lock (_early) _early.Add(1); }
        }
        """);
}
