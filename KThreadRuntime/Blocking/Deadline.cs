using System.Diagnostics;

namespace KThreadRuntime.Blocking;

/// <summary>The moment at which a timed wait ends.</summary>
internal readonly struct Deadline
{
    private readonly long _start;

    /// <summary>Starts the time.</summary>
    /// <param name="milliseconds">-1 for ever.</param>
    internal Deadline(int milliseconds)
    {
        Milliseconds = milliseconds;
        _start = milliseconds > 0 ? Stopwatch.GetTimestamp() : 0;
    }

    /// <summary>How long it was to be.</summary>
    internal int Milliseconds { get; }

    /// <summary>What is left, in milliseconds: -1 without end, 0 when it is over.</summary>
    internal int Left => Milliseconds <= 0 ? Milliseconds
        : (int)Math.Max(0, Math.Ceiling(Milliseconds - ((Stopwatch.GetTimestamp() - _start) * 1000.0 / Stopwatch.Frequency)));

    internal bool IsOver => Left == 0;
}
