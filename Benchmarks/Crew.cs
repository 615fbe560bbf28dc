using System.Runtime.CompilerServices;
using KThreadRuntime;
using KThreadRuntime.Blocking;

namespace Benchmarks;

/// <summary>Threads that lock at the same time, each its own Monitor or all the same one.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Barrier _start;
    private readonly Barrier _end;
    private readonly Place[] _places;
    private readonly Thread[] _helpers;
    private volatile int _operations;
    private volatile bool _isTracked;

    internal Crew(int threads, bool share)
    {
        _start = new Barrier(threads);
        _end = new Barrier(threads);
        var shared = new Place();
        _places = [.. Enumerable.Range(0, threads).Select(_ => share ? shared : new Place())];
        _helpers = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Help(i)) { IsBackground = true })];
        foreach (Thread helper in _helpers)
        {
            helper.Start();
        }
    }

    internal int Raw(int operations) => Together(operations, isTracked: false);

    internal int Tracked(int operations) => Together(operations, isTracked: true);

    public void Dispose()
    {
        _operations = 0;
        _start.SignalAndWait();
        foreach (Thread helper in _helpers)
        {
            helper.Join();
        }

        _start.Dispose();
        _end.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunRaw(Place place, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            lock (place.Monitor)
            {
                place.Value++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunTracked(Place place, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            Lockdep.Acquire(place.Map);
            lock (place.Monitor)
            {
                place.Value++;
            }

            Lockdep.Release(place.Map);
        }
    }

    private int Together(int operations, bool isTracked)
    {
        _operations = operations;
        _isTracked = isTracked;
        _start.SignalAndWait();
        Work(0);
        _end.SignalAndWait();
        return operations;
    }

    private void Help(int number)
    {
        ProcessorAffinity.TryBindCurrentThread(number % Environment.ProcessorCount);
        while (true)
        {
            _start.SignalAndWait();
            if (_operations == 0)
            {
                return;
            }

            Work(number);
            _end.SignalAndWait();
        }
    }

    private void Work(int number)
    {
        if (_isTracked)
        {
            RunTracked(_places[number], _operations);
        }
        else
        {
            RunRaw(_places[number], _operations);
        }
    }

    private sealed class Place
    {
        internal readonly object Monitor = new();
        internal readonly LockdepMap Map = new("private", kind: LockdepMapKind.ReentrantLock);

        // A cache line of its own, whatever is allocated next to it.
        private readonly long[] _padding = new long[16];

        internal long Value
        {
            get => _padding[8];
            set => _padding[8] = value;
        }
    }
}
