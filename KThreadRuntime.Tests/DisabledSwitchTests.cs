using System.Reflection;
using System.Runtime.Loader;

namespace KThreadRuntime.Tests;

/// <summary>
/// The primitives with the feature switch off: a second copy of the library, loaded while the switch says so, does its work and
/// has no map to tell anybody about.
/// </summary>
public sealed class DisabledSwitchTests : IDisposable
{
    private const string Switch = "KThreadRuntime.Lockdep.IsSupported";

    private readonly AssemblyLoadContext _apart = new(nameof(DisabledSwitchTests), isCollectible: true);
    private readonly Assembly _library;

    public DisabledSwitchTests()
    {
        // The first copy has read the switch before it changes, and keeps what it read.
        Assert.True(Lockdep.IsSupported);
        AppContext.SetSwitch(Switch, false);
        try
        {
            _library = _apart.LoadFromAssemblyPath(typeof(KMutex).Assembly.Location);
            Assert.False((bool)Type(nameof(Lockdep)).GetProperty(nameof(Lockdep.IsSupported))!.GetValue(null)!);
        }
        finally
        {
            AppContext.SetSwitch(Switch, true);
        }
    }

    [Theory]
    [InlineData(nameof(KMutex))]
    [InlineData(nameof(KSpinLock))]
    [InlineData(nameof(KRawSpinLock))]
    [InlineData(nameof(KRtMutex))]
    [InlineData(nameof(WwMutex))]
    public void ExclusiveLock_Works(string kind)
    {
        dynamic held = kind == nameof(WwMutex) ? Create(kind, (object)Create(nameof(WwClass))) : Create(kind);
        using var other = new Actor("other");
        held.Acquire();
        Assert.Null((object?)held.Map);
        Assert.True((bool)held.IsHeldByCurrentThread);
        Assert.Throws<LockRecursionException>(() => { held.Acquire(); });
        Assert.False(other.Do(() => (bool)held.TryAcquire(TimeSpan.FromMilliseconds(20))));
        Assert.Throws<SynchronizationLockException>(() => other.Do(() => { held.Release(); }));
        Actor.Job waiting = other.Begin(() => { held.Acquire(CancellationToken.None); });
        held.Release();
        waiting.Finish();
        other.Do(() => { held.Release(); });
        Assert.True((bool)held.TryAcquire());
        held.Release();
        held.Dispose();
    }

    [Theory]
    [InlineData(nameof(KRwLock))]
    [InlineData(nameof(KRwSemaphore))]
    public void ReaderWriterLock_Works(string kind)
    {
        dynamic rw = Create(kind);
        using var other = new Actor("other");
        rw.AcquireRead();
        Assert.Null((object?)rw.Map);
        Assert.True(other.Do(() => (bool)rw.TryAcquireRead()));
        Assert.False((bool)rw.TryAcquireWrite());
        other.Do(() => { rw.ReleaseRead(); });
        rw.ReleaseRead();
        rw.AcquireWrite();
        Assert.False(other.Do(() => (bool)rw.TryAcquireRead(TimeSpan.FromMilliseconds(20))));
        rw.ReleaseWrite();
        Assert.Throws<SynchronizationLockException>(() => { rw.ReleaseWrite(); });
        rw.Dispose();
    }

    [Fact]
    public void LocalLock_Works()
    {
        dynamic local = Create(nameof(KLocalLock));
        using var other = new Actor("other");
        local.Acquire();
        Assert.Null((object?)local.Map);
        Assert.True(other.Do(() => (bool)local.TryAcquire()));
        other.Do(() => { local.Release(); });
        Assert.Throws<LockRecursionException>(() => { local.Acquire(); });
        local.Release();
        local.Dispose();
    }

    [Fact]
    public async Task Semaphore_Works()
    {
        dynamic units = Create(nameof(KSemaphore), 1);
        using var other = new Actor("other");
        units.Acquire();
        Assert.Null((object?)units.Map);
        Assert.False((bool)units.TryAcquire());
        Actor.Job waiting = other.Begin(() => { units.Acquire(); });
        units.Release();
        waiting.Finish();
        Task queued = units.AcquireAsync();
        units.Release();
        await queued.WaitAsync(Patience.Limit);
        Assert.Equal(0, (int)units.CurrentCount);
    }

    [Fact]
    public void WwContext_GivesWay()
    {
        object ww = Create(nameof(WwClass), "ww", Enum.Parse(Type(nameof(WwAlgorithm)), nameof(WwAlgorithm.WaitDie)));
        dynamic a = Create(nameof(WwMutex), ww), b = Create(nameof(WwMutex), ww);
        using Actor old = new("old"), young = new("young");
        dynamic older = old.Do(() => Create(nameof(WwAcquireContext), ww)), younger = young.Do(() => Create(nameof(WwAcquireContext), ww));
        old.Do(() => { a.Acquire(older); });
        young.Do(() => { b.Acquire(younger); });
        Assert.Equal(nameof(WwResult.Already), old.Do(() => (string)a.Acquire(older).ToString()));
        Assert.Equal(nameof(WwResult.Deadlock), young.Do(() => (string)a.Acquire(younger).ToString()));
        young.Do(() => { b.Release(); });
        Assert.Equal(nameof(WwResult.Acquired), old.Do(() => (string)b.Acquire(older).ToString()));
        old.Do(() =>
        {
            a.Release();
            b.Release();
            older.Dispose();
        });
        young.Do(() =>
        {
            a.AcquireSlow(younger);
            a.Release();
            younger.Dispose();
        });
    }

    [Fact]
    public async Task AsyncMutex_Works()
    {
        dynamic m = Create(nameof(KAsyncMutex));
        using var other = new Actor("other");
        dynamic held = m.Acquire();
        Assert.Null((object?)m.Map);
        Assert.False((bool)m.TryAcquire().IsAcquired);
        Assert.False(other.Do(() => (bool)m.TryAcquire(TimeSpan.FromMilliseconds(20)).IsAcquired));
        Actor.Job waiting = other.Begin(() => { m.Acquire().Release(); });
        Patience.Until(() => (int)m.WaiterCount == 1, "The thread did not wait.");
        Task queued = m.AcquireAsync().AsTask();
        held.Release();
        held.Dispose();
        waiting.Finish();
        await queued.WaitAsync(Patience.Limit);
        Assert.True((bool)m.IsHeld);
    }

    [Fact]
    public async Task Completion_Works()
    {
        dynamic c = Create(nameof(Completion));
        using var other = new Actor("other");
        Assert.Null((object?)c.Map);
        Assert.False((bool)c.Wait(TimeSpan.FromMilliseconds(20)));
        Actor.Job waiting = other.Begin(() => { c.Wait(); });
        c.Owe();
        c.Complete();
        waiting.Finish();
        Task queued = c.WaitAsync();
        c.CompleteAll();
        await queued.WaitAsync(Patience.Limit);
        c.Reinitialize();
        Assert.False((bool)c.IsDone);
    }

    [Fact]
    public void Thread_ParksAndStops()
    {
        dynamic thread = Static(nameof(KThread), nameof(KThread.Run), Body((dynamic self) =>
        {
            while (!(bool)self.ShouldStop)
            {
                self.ParkMe();
            }

            return 7;
        }));
        thread.Park();
        Assert.True((bool)thread.ShouldPark);
        thread.Unpark();
        Assert.Equal(7, (int)thread.Stop());
        thread.Dispose();
    }

    [Fact]
    public void Worker_RunsFlushesAndCancels()
    {
        dynamic worker = Static(nameof(KThreadWorker), nameof(KThreadWorker.Create));
        int runs = 0;
        dynamic work = Create(nameof(KThreadWork), Work(() => runs++));
        Assert.True((bool)worker.Queue(work));
        worker.FlushWork(work);
        Assert.Equal(1, runs);
        worker.Queue(work);
        worker.Flush();
        Assert.Equal(2, runs);
        Assert.False((bool)worker.CancelSync(work));
        worker.Destroy();
    }

    public void Dispose() => _apart.Unload();

    private Type Type(string name) => _library.GetType($"{nameof(KThreadRuntime)}.{name}", throwOnError: true)!;

    /// <summary>A thread function for the other copy's threads.</summary>
    private Delegate Body(Func<dynamic, int> body) =>
        Delegate.CreateDelegate(typeof(Func<,>).MakeGenericType(Type(nameof(KThread)), typeof(int)), body.Target, body.Method);

    private Delegate Work(Action body)
    {
        Action<object> run = _ => body();
        return Delegate.CreateDelegate(typeof(Action<>).MakeGenericType(Type(nameof(KThreadWork))), run.Target, run.Method);
    }

    private dynamic Static(string type, string method, params object[] arguments)
    {
        MethodInfo found = Assert.Single(Type(type).GetMethods(), m => m.IsStatic && m.Name == method);
        object?[] all = [.. found.GetParameters().Select((p, i) => i < arguments.Length ? arguments[i] : p.DefaultValue)];
        return found.Invoke(null, all)!;
    }

    private dynamic Create(string type, params object[] arguments)
    {
        ConstructorInfo constructor = Assert.Single(Type(type).GetConstructors());
        object?[] all = [.. constructor.GetParameters().Select((p, i) => i < arguments.Length ? arguments[i] : p.DefaultValue)];
        return constructor.Invoke(all);
    }
}
