using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>Two of one class, where the program has said how its instances nest.</content>
internal sealed partial class LockdepContext
{
    private readonly List<Fault> _faults = [];

    /// <summary>Where the nest lock of the acquire in progress is held; 0 when it is not, which was told already.</summary>
    private int _nestLockAt;

    /// <summary>Whether an instance may be wanted on top of a held one of its class, so that nothing depends on it.</summary>
    private bool PassesNested(ThreadChain chain, LockdepMap map, int index)
    {
        ref HeldLock held = ref _held[index];
        if (ChainKey.IsNested(chain.Element))
        {
            return Validator.Options.Policy == LockdepPolicy.Kernel ? index > _nestLockAt : held.Id != map.Id;
        }

        return chain.Class.Order is { } order && held.Id != map.Id && chain.Mode < ChainMode.Wait && PassesOrder(order, chain, held.Map!, map);
    }

    /// <summary>
    /// Whether the first of a class that a nest lock serialises brought all there was to learn, so that a second one depends on
    /// nothing: not even on what was acquired between the two. A nest lock that was acquired after the first serialises nothing,
    /// as in the kernel. Under the default policy the nest lock is the gate that says so.
    /// </summary>
    private bool IsSerialised(ThreadChain chain)
    {
        if (!ChainKey.IsNested(chain.Element) || Validator.Options.Policy != LockdepPolicy.Kernel)
        {
            return false;
        }

        int i = _top;
        while (i > _floor && !ReferenceEquals(_held[i].Class, chain.Class))
        {
            i--;
        }

        return i > Math.Max(_floor, _nestLockAt);
    }

    private bool PassesOrder(ClassOrder order, ThreadChain chain, LockdepMap held, LockdepMap wanted)
    {
        // The program's comparison may use tracked locks of its own; they are none of the reported context's doing.
        _busy++;
        try
        {
            ClassOrder.Verdict verdict = order.Judge(held, wanted);
            if (verdict.Fault is { } kind)
            {
                _faults.Add(new Fault(kind, chain.Class, chain.Site, verdict.Detail));
            }

            return verdict.Passes;
        }
        finally
        {
            _busy--;
        }
    }

    /// <summary>Adds the reports of the faults that came up while dependencies were learned.</summary>
    private List<LockdepReport>? WithFaults(List<LockdepReport>? reports)
    {
        foreach (Fault fault in _faults)
        {
            if (Validator.Issuer.Issue(this, fault) is { } more)
            {
                (reports ??= []).AddRange(more);
            }
        }

        _faults.Clear();
        return reports;
    }
}
