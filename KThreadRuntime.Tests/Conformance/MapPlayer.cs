using KThreadRuntime.Tests.Conformance.Notation;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>
/// Plays on bare maps: only the validator is asked, nothing blocks. A wound/wait mutex is what the kernel's validator sees of
/// it: a lock nested under the map of its context.
/// </summary>
internal sealed class MapPlayer(LockdepValidator validator, bool readsAreQueued) : IPlayer
{
    private readonly Dictionary<string, LockdepMap> _maps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LockClassKey> _keys = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Refusals => [];

    public void Acquire(LockName name, string? nest, bool inHandler)
    {
        LockMode mode = ModeOf(name, inHandler);
        if (nest is null)
        {
            Lockdep.Acquire(MapOf(name), mode);
        }
        else
        {
            Lockdep.AcquireNested(MapOf(name), nest.EndsWith(".base", StringComparison.Ordinal) ? WwMap(nest[..^5]) : MapOf(name with { Name = nest }), mode);
        }
    }

    public void TryAcquire(LockName name, bool expected)
    {
        if (expected)
        {
            Lockdep.TryAcquired(MapOf(name), ModeOf(name, inHandler: false));
        }
    }

    public void Release(LockName name) => Lockdep.Release(MapOf(name));

    public void Reinitialize(LockName name) => Lockdep.Reinitialized(MapOf(name));

    /// <summary>An acquire that finds its context's lock already held ends before the validator hears of it.</summary>
    public void AcquireWw(Step.WwAcquire step)
    {
        if (step.Context is null)
        {
            Lockdep.Acquire(WwMap(step.Lock));
        }
        else if (step.Expected != "EALREADY")
        {
            Lockdep.AcquireNested(WwMap(step.Lock), ContextMap(step.Context));
        }
    }

    public void TryAcquireWw(Step.WwTryAcquire step)
    {
        if (step.Expected)
        {
            Lockdep.TryAcquired(WwMap(step.Lock));
        }
    }

    public void ReleaseWw(string name) => Lockdep.Release(WwMap(name));

    public void StepContext(Step.WwContext step)
    {
        if (step.Verb == "init")
        {
            Lockdep.Acquire(ContextMap(step.Context));
        }
        else if (step.Verb == "fini")
        {
            Lockdep.Release(ContextMap(step.Context));
        }
    }

    /// <summary>A handler's read passes a queued writer, whatever the policy.</summary>
    private LockMode ModeOf(LockName name, bool inHandler) => name.Sort switch
    {
        LockSort.SemaphoreRead => LockMode.Shared,
        LockSort.Read => readsAreQueued && !inHandler ? LockMode.Shared : LockMode.SharedRecursive,
        _ => LockMode.Exclusive,
    };

    private LockdepMap MapOf(LockName name) => MapOf(name.Instance.ToString(), name.Class.ToString(), LockTypes.KindOf(name.Sort), LockTypes.WaitTypeOf(name.Sort));

    private LockdepMap WwMap(string name) => MapOf($"ww {name}", "ww class", LockdepMapKind.Lock, LockWaitType.Sleep);

    private LockdepMap ContextMap(string name) => MapOf($"context {name}", "ww context", LockdepMapKind.Lock, LockWaitType.Sleep);

    private LockdepMap MapOf(string instance, string className, LockdepMapKind kind, LockWaitType waitType)
    {
        lock (_maps)
        {
            if (!_maps.TryGetValue(instance, out LockdepMap? map))
            {
                if (!_keys.TryGetValue(className, out LockClassKey? key))
                {
                    _keys[className] = key = new LockClassKey(className);
                }

                _maps[instance] = map = new LockdepMap(validator, kind, className, "", className, key, null, default, waitType, waitType);
            }

            return map;
        }
    }
}
