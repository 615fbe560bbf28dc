using System.Runtime.ExceptionServices;

namespace KThreadRuntime.Blocking;

/// <summary>How a wait ends that is let go without what it waits for: by an exception, or cancelled by the other side.</summary>
/// <param name="exception">The exception; null for a cancellation.</param>
internal sealed class WaitFault(Exception? exception)
{
    private readonly ExceptionDispatchInfo? _thrown = exception is null ? null : ExceptionDispatchInfo.Capture(exception);

    /// <summary>Throws it to a thread that waits. The exception is shared by all who do.</summary>
    internal void Throw()
    {
        _thrown?.Throw();
        throw new TaskCanceledException();
    }

    /// <summary>Gives it to a task.</summary>
    internal void End(TaskCompletionSource<bool> task)
    {
        if (_thrown is null)
        {
            task.TrySetCanceled();
        }
        else
        {
            task.TrySetException(_thrown.SourceException);
        }
    }
}
