using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Surface;

/// <summary>What attributes of a referenced assembly say counts: with its summary, without one, and from the sources that an editor holds.</summary>
public class DeclarationsAcrossAssembliesTests
{
    private const string Library = """
        using KThreadRuntime;
        namespace Lib;
        public class Store
        {
            [AcquiredBefore(nameof(Log))] public readonly object Gate = new();
            public readonly object Log = new();
            public readonly ManualResetEventSlim Done = new();
            private int _count;
            public void Touch() { lock (Gate) { Grow(); } }
            [RequiresLock(nameof(Gate))] public void Grow() => _count++;
            [ExcludesLock(nameof(Gate))] public void Flush() => _count = 0;
        }
        public interface IWorker { [Waits] void Stop(); [Signals] void End(); [NonBlocking] bool Poll(); }
        """;

    public static TheoryData<string, string> Reports => new()
    {
        { "XR1002", "public void M() { lock (_store.Log) { lock ([_store.Gate]) { } } }" },
        { "XR2008", "public void M() => [_store.Grow()];" },
        { "XR2008", "public void M() { lock (_store.Gate) { [_store.Flush()]; } }" },
        { "XR1001", "public void Start(Lib.IWorker w) => new Thread(() => { lock (_own) { } _worker.End(); }).Start(); public void M() { lock (_own) { [_worker.Stop()]; } }" },
    };

    public static TheoryData<string> Quiet =>
    [
        "public void M() { lock (_store.Gate) { lock (_store.Log) { } } }",
        "public void M() { lock (_store.Gate) { _store.Grow(); } }",
        "public void M() { lock (_own) { _store.Flush(); } }",
        "public void Start() => new Thread(() => { lock (_own) { } _worker.End(); }).Start(); public void M() { lock (_own) { _worker.Poll(); } }",
    ];

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task Broken_Reports(string id, string member)
    {
        int start = Source(member).IndexOf('[', StringComparison.Ordinal);
        foreach (MetadataReference library in Libraries())
        {
            Diagnostic found = Assert.Single(await FindAsync(Source(member).Remove(start, 1).Replace("]", "", StringComparison.Ordinal), library));
            Assert.Equal((id, start), (found.Id, found.Location.SourceSpan.Start));
        }
    }

    [Theory]
    [MemberData(nameof(Quiet))]
    public async Task Kept_IsQuiet(string member)
    {
        foreach (MetadataReference library in Libraries())
        {
            Assert.Empty(await FindAsync(Source(member), library));
        }
    }

    [Fact]
    public async Task OrderOfPrivateLocks_IsKnownByTheSummary()
    {
        const string library = """
            using KThreadRuntime;
            namespace Lib;
            public class Store
            {
                [AcquiredBefore(nameof(_log))] private readonly object _gate = new();
                private readonly object _log = new();
                private int _count;
                public void Touch() { lock (_gate) { _count++; } }
                public void UnderLog(Action run) { lock (_log) { run(); } }
            }
            """;
        const string source = "public sealed class App(Lib.Store store) { public void M() => store.UnderLog(() => store.Touch()); }";

        Assert.Equal("XR1002", Assert.Single(await FindAsync(source, TwoProjects.Built(TwoProjects.Generated(TwoProjects.Library("Lib", library))))).Id);
        Assert.Equal("XR1002", Assert.Single(await FindAsync(source, TwoProjects.Held(TwoProjects.Library("Lib", library)))).Id);
        Assert.Empty(await FindAsync(source, TwoProjects.Held(TwoProjects.Library("Lib", library.Replace("[AcquiredBefore(nameof(_log))]", "", StringComparison.Ordinal)))));
    }

    private static MetadataReference[] Libraries()
    {
        CSharpCompilation library = TwoProjects.Library("Lib", Library);
        return [TwoProjects.Built(TwoProjects.Generated(library)), TwoProjects.Built(library), TwoProjects.Held(library)];
    }

    private static async Task<ImmutableArray<Diagnostic>> FindAsync(string source, MetadataReference library) =>
        [.. (await TwoProjects.FindAsync(source, library)).Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];

    private static string Source(string member) =>
        "public sealed class App(Lib.Store store, Lib.IWorker worker) { private readonly object _own = new(); private readonly Lib.Store _store = store; private readonly Lib.IWorker _worker = worker; public void Own() { lock (_own) { } } " + member + " }";
}
