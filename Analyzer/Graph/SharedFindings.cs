using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Surface;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The findings of one set of sources under one set of references and options. An editor asks for each document with a copy
/// of the compilation made for the question, so the compilation's identity would give each document an engine of its own.
/// Thread-safe. It lives as long as the first or the last of its trees, or until other sources begin or end with that tree.
/// </summary>
internal sealed partial class SharedFindings
{
    private static readonly TimeSpan _cancellationPoll = TimeSpan.FromMilliseconds(20);
    private static readonly ConditionalWeakTable<SyntaxTree, Slot> _slots = new();

    private readonly object _computing = new();
    private readonly ImmutableArray<MetadataReference> _references;
    private readonly long _options;
    private readonly string _settings;
    private volatile Result? _previous;
    private volatile Result? _result;

    private SharedFindings(Compilation compilation, ImmutableArray<SyntaxTree> trees, AnalysisSettings settings, SharedFindings? before = null)
    {
        _settings = settings.Content;
        _previous = before is null || before._settings != _settings ? null : before._result ?? before._previous;
        Trees = trees;
        Follows = settings.FollowsReferences;
        _references = [.. compilation.References];
        _options = SourceFacts.HashOf(compilation.Options);
    }

    public ImmutableArray<SyntaxTree> Trees { get; }

    /// <summary>Whether references are followed.</summary>
    public bool Follows { get; }

    /// <summary>The result, once there is one.</summary>
    public Result? Known => _result;

    /// <summary>The same object for compilations of the same trees with equal references, options and settings.</summary>
    /// <param name="settings">Null for those of a project that says nothing.</param>
    public static SharedFindings Of(Compilation compilation, AnalysisSettings? settings = null)
    {
        ImmutableArray<SyntaxTree> trees = [.. compilation.SyntaxTrees];
        if (trees.IsEmpty)
        {
            return new SharedFindings(compilation, trees, settings ?? AnalysisSettings.Default);
        }

        settings ??= AnalysisSettings.Default;

        // An edit leaves at least one of the two.
        Slot first = _slots.GetOrCreateValue(trees[0]);
        Slot last = _slots.GetOrCreateValue(trees[trees.Length - 1]);
        lock (_slots)
        {
            SharedFindings? latest = first.Latest ?? last.Latest;
            if (latest is null || !latest.IsOf(compilation, trees, settings))
            {
                latest = new SharedFindings(compilation, trees, settings, latest);
            }

            first.Latest = last.Latest = latest;
            return latest;
        }
    }

    /// <summary>The result, computed by the first who asks. Who waits for another thread's computation stays cancellable.</summary>
    /// <param name="compute">Gets the result of the sources before an edit of these, if there is one.</param>
    public Result Get(Func<Result?, Result> compute, CancellationToken cancellation)
    {
        if (_result is { } known)
        {
            return known;
        }

        while (!Monitor.TryEnter(_computing, _cancellationPoll))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        try
        {
            Result result = _result ??= compute(_previous);
            _previous = null;
            return result;
        }
        finally
        {
            Monitor.Exit(_computing);
        }
    }

    private bool IsOf(Compilation compilation, ImmutableArray<SyntaxTree> trees, AnalysisSettings settings) =>
        _settings == settings.Content
        && _options == SourceFacts.HashOf(compilation.Options)
        && Trees.SequenceEqual(trees, ReferenceComparer<SyntaxTree>.Instance)
        && _references.SequenceEqual(compilation.References, ReferenceComparer<MetadataReference>.Instance);

    private sealed class Slot
    {
        public SharedFindings? Latest { get; set; }
    }

    private sealed class ReferenceComparer<T> : IEqualityComparer<T>
        where T : class
    {
        public static ReferenceComparer<T> Instance { get; } = new();

        public bool Equals(T? x, T? y) => ReferenceEquals(x, y);

        public int GetHashCode(T obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
