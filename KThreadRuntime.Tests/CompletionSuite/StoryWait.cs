namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>A wait of a story: begun once the other side can see it, leaving once it is let go, over once its actor is out of it.</summary>
internal sealed class StoryWait(string target, Func<bool> hasBegun)
{
    private volatile bool _hasBegun;
    private volatile bool _isLeaving;
    private volatile bool _isOver;

    internal string Target { get; } = target;

    /// <summary>Stays true: a signal that comes meanwhile must not make it look unbegun.</summary>
    internal bool HasBegun => _hasBegun || (_hasBegun = hasBegun());

    /// <summary>Whether the wait is let go, or is about to be: its actor goes on, however blocked it still looks.</summary>
    internal bool IsLeaving => _isLeaving;

    /// <summary>The task of an asynchronous wait, which nobody ends by hand.</summary>
    internal Task? Task { get; set; }

    internal bool IsCancellable { get; init; }

    internal bool IsOver => _isOver || Task is { IsCompleted: true };

    internal void LetGo() => _isLeaving = true;

    internal void End() => _isOver = true;
}
