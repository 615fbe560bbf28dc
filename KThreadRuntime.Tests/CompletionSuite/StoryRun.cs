using System.Runtime.ExceptionServices;

namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>A segment under way on its actor.</summary>
internal sealed class StoryRun(string actor, Action<StoryRun> body)
{
    private readonly ManualResetEventSlim _done = new();
    private volatile StoryWait? _wait;
    private volatile Thread? _thread;
    private ExceptionDispatchInfo? _thrown;

    internal string Actor { get; } = actor;

    internal bool IsDone => _done.IsSet;

    /// <summary>What the actor is blocked in, or about to be.</summary>
    internal StoryWait? Wait { get => _wait; set => _wait = value; }

    /// <summary>
    /// Whether nothing more happens until another actor does something. Asleep, and not merely about to be: who waits second must
    /// not get into the queue first, and an interrupt must find the wait.
    /// </summary>
    internal bool IsSettled => IsDone || (_wait is { HasBegun: true, IsLeaving: false } && IsAsleep);

    /// <summary>Whether the actor's kernel thread returns, or throws, after this segment.</summary>
    internal bool EndsThread { get; set; }

    internal bool EndsInFault { get; set; }

    private bool IsAsleep => _thread is { } thread && (thread.ThreadState & ThreadState.WaitSleepJoin) != 0;

    internal void Run()
    {
        _thread = Thread.CurrentThread;
        try
        {
            body(this);
        }
        catch (Exception thrown)
        {
            _thrown = ExceptionDispatchInfo.Capture(thrown);
        }

        _done.Set();
    }

    internal void ThrowIfFailed() => _thrown?.Throw();
}
