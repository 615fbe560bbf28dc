using System.Collections.Concurrent;

namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>A kernel thread that does the segments it is given, and returns when one says so.</summary>
internal sealed class StoryKThread : IDisposable
{
    private readonly BlockingCollection<StoryRun> _runs = [];
    private volatile Thread? _thread;
    private volatile bool _faults;

    internal StoryKThread(string name, LockClassKey? key, int line, string site)
    {
        KThread = KThread.Run(Live, name, key, null, StoryProps.File, line, site);

        // A thread that is asked to park before its function runs parks before it.
        Patience.Until(() => _thread is not null, "The kernel thread did not start.");
    }

    internal KThread KThread { get; }

    /// <summary>Whether the thread is gone: all it had to signal is signalled.</summary>
    internal bool IsGone => _thread is { IsAlive: false };

    internal void Begin(StoryRun run) => _runs.Add(run);

    /// <summary>Stops the thread as its story expects it to end.</summary>
    internal void Stop(int line, string member)
    {
        try
        {
            KThread.Stop(StoryProps.File, line, member);
        }
        catch (StoryFault) when (_faults)
        {
            return;
        }

        Assert.False(_faults, $"What ended {KThread.Name} was not thrown to its stopper.");
    }

    internal void WillFault() => _faults = true;

    public void Dispose()
    {
        _runs.CompleteAdding();
        KThread.Unpark();
        Stop(0, nameof(Dispose));
    }

    private int Live(KThread self)
    {
        _thread = Thread.CurrentThread;
        foreach (StoryRun run in _runs.GetConsumingEnumerable())
        {
            run.Run();
            if (run.EndsInFault)
            {
                throw new StoryFault();
            }

            if (run.EndsThread)
            {
                break;
            }
        }

        return 0;
    }
}
