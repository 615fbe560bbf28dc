using KThreadRuntime.Tests.Conformance.Notation;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>
/// Plays on the library's own locks, by one context, so that nothing is contended. What a lock refuses because its caller
/// would wait for itself, or does not hold it, is noted: the validator must have said so first.
/// </summary>
internal sealed class PrimitivePlayer(bool readsAreQueued, WwAlgorithm algorithm) : IPlayer
{
    private readonly Dictionary<LockName, Primitive> _locks = [];
    private readonly Dictionary<LockName, LockClassKey> _keys = [];
    private readonly Dictionary<string, WwMutex> _wwMutexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WwAcquireContext> _contexts = new(StringComparer.Ordinal);
    private readonly WwClass _wwClass = new(algorithm: algorithm);
    private readonly List<string> _refusals = [];

    public IReadOnlyList<string> Refusals => _refusals;

    public void Acquire(LockName name, string? nest, bool inHandler)
    {
        Primitive.Side side = SideOf(name);
        UnlessRefused(nest is null ? side.Acquire : () => side.AcquireUnder(NestOf(name, nest)));
    }

    public void TryAcquire(LockName name, bool expected) => Assert.Equal(expected, SideOf(name).TryAcquire());

    public void Release(LockName name) => UnlessRefused(SideOf(name).Release);

    /// <summary>A lock of .NET cannot be initialised again; what the case is about, its end while it is held, can be had.</summary>
    public void Reinitialize(LockName name) => PrimitiveOf(name).Dispose();

    public void AcquireWw(Step.WwAcquire step) => UnlessRefused(() =>
    {
        WwMutex mutex = WwMutexOf(step.Lock);
        if (step.Context is null)
        {
            mutex.Acquire();
        }
        else if (step.IsSlow)
        {
            mutex.AcquireSlow(_contexts[step.Context]);
        }
        else
        {
            WwResult result = mutex.Acquire(_contexts[step.Context]);
            Assert.True(step.Expected is null || step.Expected == NameOf(result), $"{step} gave {result}.");
        }
    });

    public void TryAcquireWw(Step.WwTryAcquire step) =>
        Assert.Equal(step.Expected, WwMutexOf(step.Lock).TryAcquire(step.Context is null ? null : _contexts[step.Context]));

    public void ReleaseWw(string name) => UnlessRefused(() => WwMutexOf(name).Release());

    public void StepContext(Step.WwContext step) => UnlessRefused(() =>
    {
        switch (step.Verb)
        {
            case "init":
                _contexts[step.Context] = new WwAcquireContext(_wwClass);
                break;
            case "done":
                _contexts[step.Context].Done();
                break;
            default:
                _contexts[step.Context].Dispose();
                break;
        }
    });

    private static string NameOf(WwResult result) => result switch
    {
        WwResult.Acquired => "0",
        WwResult.Already => "EALREADY",
        _ => "EDEADLK",
    };

    private void UnlessRefused(Action action)
    {
        try
        {
            action();
        }
        catch (Exception refusal) when (refusal is LockRecursionException or SynchronizationLockException or InvalidOperationException)
        {
            _refusals.Add(refusal.Message);
        }
    }

    private WwMutex WwMutexOf(string name) =>
        _wwMutexes.TryGetValue(name, out WwMutex? known) ? known : _wwMutexes[name] = new WwMutex(_wwClass);

    private LockdepMap? NestOf(LockName name, string nest) =>
        nest.EndsWith(".base", StringComparison.Ordinal) ? WwMutexOf(nest[..^5]).Map : PrimitiveOf(name with { Name = nest }).Map;

    private Primitive.Side SideOf(LockName name) => PrimitiveOf(name).Of(name);

    private Primitive PrimitiveOf(LockName name)
    {
        if (!_locks.TryGetValue(name.Instance, out Primitive? known))
        {
            if (!_keys.TryGetValue(name.Class, out LockClassKey? key))
            {
                _keys[name.Class] = key = new LockClassKey(name.Class.ToString());
            }

            _locks[name.Instance] = known = Primitive.Create(name.Sort, key, readsAreQueued);
        }

        return known;
    }
}
