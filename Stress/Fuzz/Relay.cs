using System.Runtime.ExceptionServices;

namespace Stress.Fuzz;

/// <summary>
/// Real threads that take turns: only the one whose turn it is runs, so what they do together is decided by a seed and not by
/// the scheduler, and yet each has thread-local state of its own.
/// </summary>
internal sealed class Relay
{
    private readonly SemaphoreSlim[] _turns;
    private readonly Func<int, int> _step;
    private ExceptionDispatchInfo? _thrown;
    private bool _isOver;

    private Relay(int threads, Func<int, int> step)
    {
        _turns = [.. Enumerable.Range(0, threads).Select(_ => new SemaphoreSlim(0))];
        _step = step;
    }

    /// <summary>
    /// Runs until a step returns -1. Each step gets the number of the thread it runs on and returns that of the next one.
    /// Throws what a step threw.
    /// </summary>
    internal static void Run(int threads, Func<int, int> step)
    {
        var relay = new Relay(threads, step);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => relay.Work(i)) { IsBackground = true, Name = $"T{i}" })];
        Array.ForEach(all, t => t.Start());
        relay._turns[0].Release();
        Array.ForEach(all, t => t.Join());
        relay._thrown?.Throw();
    }

    private void Work(int self)
    {
        while (true)
        {
            _turns[self].Wait();
            if (_isOver)
            {
                return;
            }

            int next = self;
            while (next == self)
            {
                next = Step(self);
            }

            if (next < 0)
            {
                _isOver = true;
                Array.ForEach(_turns, t => t.Release());
                return;
            }

            _turns[next].Release();
        }
    }

    private int Step(int self)
    {
        try
        {
            return _step(self);
        }
        catch (Exception thrown)
        {
            _thrown = ExceptionDispatchInfo.Capture(thrown);
            return -1;
        }
    }
}
