using static CrossRelease.Analyzers.Tests.Graph.EditedSources;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>Edits of what the program makes that change what is found in bodies which nobody has edited.</summary>
public class EditsOfObjectsTests
{
    // The one object of its type is no longer the only one.
    [Theory]
    [InlineData("<<|>new Space(options);>>", "")]
    [InlineData("", "<<|>new Space(new Options());>>")]
    [InlineData("<<space.Apply();|>for (; ; ) { new Space(options); }>>", "")]
    public void ObjectOfItsType(string made, string elsewhere) => EndsAsAColdRun(
        $$"""
        public sealed class Options { private readonly System.Collections.Generic.List<Space> _spaces = new(); public void Add(Space space) => _spaces.Add(space); public void Set() { foreach (Space space in _spaces) { space.Update(); } } }
        public sealed class Space
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private readonly Options _options;
            public Space(Options options) { _options = options; options.Add(this); }
            public void Apply() { _gate.Wait(); try { _options.Set(); } finally { _gate.Release(); } }
            public void Update() { _gate.Wait(); _gate.Release(); }
        }
        public static class Program
        {
            public static void Run() { var options = new Options(); var space = new Space(options); {{made}} space.Apply(); }
            public static void Other() { {{elsewhere}} }
        }
        """);

    // The value of a lazy object is where that is.
    [Theory]
    [InlineData("<<StartAsync|>OtherAsync>>()", "_start.Value.Wait();")]
    [InlineData("StartAsync()", "<<_start.Value.Wait();|>>>")]
    public void ValueOfALazyObject(string factory, string use) => EndsAsAColdRun(
        $$"""
        public sealed class C
        {
            private readonly object _gate = new(); private readonly Lazy<Task> _start;
            public C() { _start = new Lazy<Task>(() => {{factory}}); }
            public void Use() { lock (_gate) { {{use}} } }
            private async Task StartAsync() { await Task.Delay(1); lock (_gate) { } }
            private async Task OtherAsync() { await Task.Delay(1); }
        }
        """);
}
