namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>One thread holds a wound/wait mutex for a while, a second wants it.</summary>
internal sealed class WwExclusion(Lab lab, WwAlgorithm algorithm, bool polls, bool tries, bool inContext)
{
    private static readonly TimeSpan _while = TimeSpan.FromMilliseconds(60);

    private readonly WwClass _class = new(algorithm: algorithm);
    private readonly ManualResetEventSlim _ready = new(), _go = new(), _done = new();

    internal void Run()
    {
        var mutex = new WwMutex(_class);
        Actor.Job second = lab.Thread("second").Begin(() => Want(mutex));
        lab.Thread("first").Do(() => Hold(mutex));
        second.Finish();
        Assert.True(_done.IsSet);
    }

    private void Hold(WwMutex mutex)
    {
        Await(_ready);
        using WwAcquireContext? context = inContext ? new WwAcquireContext(_class) : null;
        if (context is null)
        {
            mutex.Acquire();
        }
        else
        {
            Assert.Equal(WwResult.Acquired, mutex.Acquire(context));
        }

        _go.Set();
        bool overtaken = polls ? SpinWait.SpinUntil(() => _done.IsSet, _while) : _done.Wait(_while);
        Assert.False(overtaken, "The second thread got the lock while the first held it.");
        mutex.Release();
    }

    private void Want(WwMutex mutex)
    {
        _ready.Set();
        Await(_go);
        if (tries)
        {
            Patience.Until(() => mutex.TryAcquire(), "The lock never came free.");
        }
        else
        {
            mutex.Acquire();
        }

        _done.Set();
        mutex.Release();
    }

    private static void Await(ManualResetEventSlim signal) => Assert.True(signal.Wait(Patience.Limit), "The other thread did not come.");
}
