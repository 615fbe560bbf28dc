using KThreadRuntime;
using KThreadRuntime.Blocking;

namespace Benchmarks;

/// <summary>Two threads that wait for each other in turns.</summary>
internal sealed class Partners : IDisposable
{
    private readonly Completion _ping;
    private readonly Completion _pong;
    private readonly Thread _partner;
    private volatile bool _isOver;

    internal Partners(Completion ping, Completion pong, int processor)
    {
        _ping = ping;
        _pong = pong;
        _partner = new Thread(() => Answer(processor)) { IsBackground = true };
        _partner.Start();
    }

    internal int Play(int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            _ping.Complete();
            _pong.Wait();
        }

        return rounds;
    }

    public void Dispose()
    {
        _isOver = true;
        _ping.Complete();
        _partner.Join();
    }

    private void Answer(int processor)
    {
        ProcessorAffinity.TryBindCurrentThread(processor % Environment.ProcessorCount);
        while (true)
        {
            _ping.Wait();
            if (_isOver)
            {
                return;
            }

            _pong.Complete();
        }
    }
}
