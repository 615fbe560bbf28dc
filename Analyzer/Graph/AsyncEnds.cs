using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The completions that the results of async calls are. Points-to keeps what such a task carries in the place of the task, and
/// that may itself be the end of other work; here the two are told apart. Not thread-safe while it is filled.
/// </summary>
internal sealed class AsyncEnds
{
    private const string Mark = "async@";

    private readonly Dictionary<string, HashSet<string>?> _ends = new(StringComparer.Ordinal);
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>?>? _base;

    public AsyncEnds()
    {
    }

    // What is known of a large program is not copied for an edit of one body.
    private AsyncEnds(Dictionary<string, HashSet<string>?> @base) => _base = @base;

    /// <summary>The completion that the end of an async body is.</summary>
    public static string KeyOf(BodyFacts body) => Mark + body.Id;

    public static bool IsKey(string completion) => completion.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>The id of the async body whose end the completion is; null for any other.</summary>
    public static string? BodyOf(string completion) => IsKey(completion) ? completion.Substring(Mark.Length) : null;

    /// <summary>A call may run a body.</summary>
    /// <param name="end">The end of the body, if it is async.</param>
    public void Add(string result, string? end)
    {
        bool isKnown = _ends.TryGetValue(result, out HashSet<string>? ends);
        if (end is null || (isKnown && ends is null))
        {
            // What a body that is not async returns may be any task.
            _ends[result] = null;
            return;
        }

        if (!isKnown)
        {
            _ends.Add(result, ends = new HashSet<string>(StringComparer.Ordinal));
        }

        ends!.Add(end);
    }

    /// <summary>The same without what is known of some results.</summary>
    public AsyncEnds Without(IEnumerable<string> results)
    {
        var ends = new AsyncEnds(_base ?? _ends);
        foreach (KeyValuePair<string, HashSet<string>?> known in _base is null ? [] : _ends)
        {
            ends._ends.Add(known.Key, known.Value);
        }

        foreach (string result in results)
        {
            ends._ends.Remove(result);
            ends._gone.Add(result);
        }

        ends._gone.UnionWith(_gone);
        return ends;
    }

    /// <summary>The ends that the result of a call is, where async bodies alone answer the call; else null.</summary>
    public IReadOnlyCollection<string>? Of(Value value) =>
        value.Kind == ValueKind.CallResult && (_ends.TryGetValue(value.Key, out HashSet<string>? ends) || (_base is not null && !_gone.Contains(value.Key) && _base.TryGetValue(value.Key, out ends))) ? ends : null;
}
