using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>Two of one class, where the program has said how its instances nest.</content>
internal sealed partial class LockdepContext
{
    private readonly List<Fault> _faults = [];

    /// <summary>Whether an instance may be wanted on top of a held one of its class, so that nothing depends on it.</summary>
    private bool PassesNested(ThreadChain chain, LockdepMap map, int index)
    {
        ref HeldLock held = ref _held[index];
        if (ChainKey.IsNested(chain.Element))
        {
            return held.Id != map.Id || Validator.Options.Policy == LockdepPolicy.Kernel;
        }

        return chain.Class.Order is { } order && held.Id != map.Id && chain.Mode < ChainMode.Wait && PassesOrder(order, chain, held.Map!, map);
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
