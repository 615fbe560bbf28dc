using System.Diagnostics;
using KThreadRuntime;
using KThreadRuntime.Blocking;

namespace Benchmarks;

/// <summary>Stands for a program whose other threads block: advances the generation at a fixed rate while it lives.</summary>
internal sealed class GenerationBumper : IDisposable
{
    private readonly Thread _thread;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private volatile bool _isOver;
    private long _bumps;

    internal GenerationBumper(LockdepValidator validator, int perSecond)
    {
        _thread = new Thread(() => Bump(validator, perSecond)) { IsBackground = true, Name = "bumper" };
        _thread.Start();
    }

    internal double MeasuredRate => Volatile.Read(ref _bumps) / _clock.Elapsed.TotalSeconds;

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Bump(LockdepValidator validator, int perSecond)
    {
        // On the measured thread's processor it would advance the generation only while nothing is measured.
        ProcessorAffinity.TryBindCurrentThread(Environment.ProcessorCount - 1);
        long period = Stopwatch.Frequency / perSecond, due = Stopwatch.GetTimestamp(), last = due;
        while (!_isOver)
        {
            // A bumper that was preempted catches up, but at no more than four times its rate.
            due += period;
            long next = Math.Max(due, last + (period / 4));
            while ((last = Stopwatch.GetTimestamp()) < next)
            {
                Thread.SpinWait(20);
            }

            validator.Clock.Advance();
            Volatile.Write(ref _bumps, _bumps + 1);
        }
    }
}
