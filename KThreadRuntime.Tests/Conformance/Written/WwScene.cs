namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>
/// The objects of the wound/wait rows, and a foreign owner for them: where the kernel's test writes another context into a
/// lock, here another thread really holds it with a context of its own, which is older.
/// </summary>
internal sealed class WwScene
{
    private readonly Actor _task;
    private readonly Actor _foreign;
    private WwAcquireContext? _foreignContext;

    internal WwScene(Lab lab)
    {
        _task = lab.Thread("task");
        _foreign = lab.Thread("foreign owner");
    }

    internal WwClass Class { get; } = new(algorithm: WwAlgorithm.WaitDie);

    internal WwMutex O { get => field ??= new WwMutex(Class); }

    internal WwMutex O2 { get => field ??= new WwMutex(Class); }

    internal WwMutex O3 { get => field ??= new WwMutex(Class); }

    internal void Do(Action body) => _task.Do(body);

    internal WwAcquireContext NewContext() => _task.Do(() => new WwAcquireContext(Class));

    internal void OnForeign(Action body) => _foreign.Do(body);

    internal T OnForeign<T>(Func<T> body) => _foreign.Do(body);

    /// <summary>The foreign owner, older than any context that comes after, takes a lock.</summary>
    internal void Occupy(WwMutex mutex) => _foreign.Do(() =>
    {
        _foreignContext ??= new WwAcquireContext(Class);
        Assert.Equal(WwResult.Acquired, mutex.Acquire(_foreignContext));
    });

    /// <summary>The foreign owner gives the lock back and leaves.</summary>
    internal void Vacate(WwMutex mutex) => _foreign.Do(() =>
    {
        mutex.Release();
        _foreignContext!.Dispose();
    });
}
