using System.Diagnostics;

namespace KThreadRuntime.Blocking;

/// <summary>The moment at which a timed wait ends.</summary>
internal readonly struct Deadline
{
    private readonly long _start;
    private readonly int _milliseconds;

    /// <summary>Starts the time.</summary>
    /// <param name="milliseconds">-1 for ever.</param>
    internal Deadline(int milliseconds)
    {
        _milliseconds = milliseconds;
        _start = milliseconds > 0 ? Stopwatch.GetTimestamp() : 0;
    }

    /// <summary>What is left, in milliseconds: -1 without end, 0 when it is over.</summary>
    internal int Left => _milliseconds <= 0 ? _milliseconds
        : (int)Math.Max(0, Math.Ceiling(_milliseconds - ((Stopwatch.GetTimestamp() - _start) * 1000.0 / Stopwatch.Frequency)));

    internal bool IsOver => Left == 0;
}
