using LockOrder = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 and XR1002 for locks of which there is one, since the program makes one object that keeps it: any two ways to it lead to one lock.</summary>
public class SoleObjectsTests
{
    private const string Wired = "var options = new Options(); var space = new Space(options); space.Add(new Listener(options));";

    [Theory]
    [InlineData("public static void Run() { " + Wired + " space.Apply(); }", true)]
    [InlineData("public static async Task Run() { await Task.Yield(); " + Wired + " space.Apply(); }", true)]
    [InlineData("public static void Main(string[] arguments) { " + Wired + " space.Apply(); }", true)]
    [InlineData("private static readonly Options _options = new(); private static readonly Space _space = new(_options); public static void Run() { _space.Add(new Listener(_options)); _space.Apply(); }", true)]
    [InlineData("public static void Run() { " + Wired + " space.Apply(); new Space(options).Apply(); }", false)]
    [InlineData("public static void Run() { var options = new Options(); for (int i = 0; i < 3; i++) { var space = new Space(options); space.Add(new Listener(options)); } }", false)]
    [InlineData("public static Space Run() { " + Wired + " return space; }", false)]
    [InlineData("public static Space Last; public static void Run() { " + Wired + " Last = space; }", false)]
    [InlineData("public static readonly List<Space> All = new(); public static void Run() { " + Wired + " All.Add(space); }", false)]
    [InlineData("public static void Run(int number) { " + Wired + " space.Apply(); }", false)]
    [InlineData("public void Run() { " + Wired + " space.Apply(); }", false)]
    [InlineData("public static void Run() { Action act = () => { " + Wired + " space.Apply(); }; act(); }", false)]
    [InlineData("public static void Run() { " + Wired + " new SubSpace(options).Apply(); }", false)]
    public Task LockByWayOfACollection(string program, bool reports) => Verify.VerifyAnalyzerAsync(Spaces(program, reports ? "[|_gate.Wait()|]" : "_gate.Wait()"));

    // A class without a constructor of its own is made no differently.
    [Theory]
    [InlineData("public static void Run() { var hub = new Hub(); var all = new List<Screen>(); all.Add(new Screen(new Content(hub))); hub.Render(all[0]); }", true)]
    [InlineData("public static void Run() { var hub = new Hub(); var all = new List<Screen>(); all.Add(new Screen(new Content(new Hub()))); hub.Render(all[0]); }", false)]
    [InlineData("public static void Run() { var all = new List<Screen>(); for (int i = 0; i < 3; i++) { var hub = new Hub(); all.Add(new Screen(new Content(hub))); hub.Render(all[0]); } }", false)]
    public Task ObjectWithoutAConstructor(string program, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Hub
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public int Count;
            public void Enter() { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; Count++; }
            public void Leave() { _gate.Release(); }
            public void Render(Screen screen) { Enter(); try { screen.Draw(); } finally { Leave(); } }
        }
        public sealed class Content
        {
            private readonly Hub _hub;
            public Content(Hub hub) => _hub = hub;
            public void Load() { _hub.Enter(); try { _hub.Count--; } finally { _hub.Leave(); } }
        }
        public sealed class Screen
        {
            private readonly Content _content;
            public Screen(Content content) => _content = content;
            public void Draw() => _content.Load();
        }
        public static class Program { {{program}} }
        """);

    // What the one object's constructor makes is one, too; what two of them make is not.
    [Theory]
    [InlineData("public static void Run() { new Owner().Space.Apply(); }", true)]
    [InlineData("public static void Run() { new Owner().Space.Apply(); new Owner().Space.Apply(); }", false)]
    public Task ObjectOfTheOneObject(string program, bool reports) => Verify.VerifyAnalyzerAsync(
        Spaces(program, reports ? "[|_gate.Wait()|]" : "_gate.Wait()")
        + "public sealed class Owner { private readonly Options _options = new(); public readonly Space Space; public Owner() { Space = new Space(_options); Space.Add(new Listener(_options)); } }");

    // A wrapper is one where the object that it is made for is.
    [Theory]
    [InlineData("public static void Run() { var b = new B(); new A(b).First(); }", true)]
    [InlineData("public static void Run() { var b = new B(); new A(b).First(); new A(b).First(); }", false)]
    public Task LockInAWrapper(string program, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Gate { private readonly SemaphoreSlim _lock = new(1, 1); public void Enter() { _lock.Wait(); } public void Leave() { _lock.Release(); } }
        public sealed class B { public readonly List<A> All = new(); public void Each() { foreach (A a in All) { a.Second(); } } }
        public sealed class A
        {
            private readonly Gate _gate = new(); private readonly B _b;
            public A(B b) { _b = b; b.All.Add(this); }
            public void First() { _gate.Enter(); try { _b.Each(); } finally { _gate.Leave(); } }
            public void Second() { {{(reports ? "[|_gate.Enter()|]" : "_gate.Enter()")}}; _gate.Leave(); }
        }
        public static class Program { {{program}} }
        """);

    // One monitor lets its holder in.
    [Theory]
    [InlineData("public static void Run() { " + Wired + " space.Apply(); }", false)]
    [InlineData("public static void Run() { " + Wired + " space.Apply(); new Space(options).Apply(); }", true)]
    public Task MonitorOfTheOneObject_IsNoOrder(string program, bool reports) => LockOrder.VerifyAnalyzerAsync($$"""
        public interface IListener { void Changed(); }
        public sealed class Space
        {
            private readonly object _gate = new(); private readonly List<IListener> _listeners = new();
            public Space(Options options) { options.Add(this); }
            public void Add(IListener listener) => _listeners.Add(listener);
            public void Apply() { lock (_gate) { foreach (IListener listener in _listeners) { listener.Changed(); } } }
            public void Update() { lock ({{(reports ? "[|_gate|]" : "_gate")}}) { } }
        }
        public sealed class Options { private readonly List<Space> _spaces = new(); public void Add(Space space) => _spaces.Add(space); public void Set() { foreach (Space space in _spaces) { space.Update(); } } }
        public sealed class Listener(Options options) : IListener { public void Changed() => options.Set(); }
        public static class Program { {{program}} }
        """);

    private static string Spaces(string program, string wait) => $$"""
        public interface IListener { void Changed(); }
        public class Space
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private readonly List<IListener> _listeners = new();
            public Space(Options options) { options.Add(this); }
            public void Add(IListener listener) => _listeners.Add(listener);
            public void Apply() { _gate.Wait(); try { foreach (IListener listener in _listeners) { listener.Changed(); } } finally { _gate.Release(); } }
            public void Update() { {{wait}}; _gate.Release(); }
        }
        public sealed class SubSpace(Options options) : Space(options) { }
        public sealed class Options { private readonly List<Space> _spaces = new(); public void Add(Space space) => _spaces.Add(space); public void Set() { foreach (Space space in _spaces) { space.Update(); } } }
        public sealed class Listener(Options options) : IListener { public void Changed() => options.Set(); }
        public class Program { {{program}} }
        """;
}
