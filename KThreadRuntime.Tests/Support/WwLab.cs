namespace KThreadRuntime.Tests.Support;

/// <summary>Mutexes of one class under a validator that tells everything, and the transaction that every user of them writes.</summary>
internal sealed class WwLab : IDisposable
{
    internal WwLab(WwAlgorithm algorithm, int mutexes = 3, LockdepOptions? options = null)
    {
        Lab = new Lab(options ?? Lab.Everything);
        Class = new WwClass("ww", algorithm);
        Mutexes = [.. Enumerable.Range(0, mutexes).Select(_ => new WwMutex(Class))];
    }

    internal Lab Lab { get; }

    internal WwClass Class { get; }

    internal WwMutex[] Mutexes { get; }

    internal IEnumerable<ReportKind> Kinds => Lab.Reports.Select(r => r.Kind);

    internal IEnumerable<string?> Misuses => Lab.Reports.Where(r => r.Kind == ReportKind.Misuse).Select(r => r.Detail);

    /// <summary>Acquires all of them in this order, giving way as often as it takes. Returns how often.</summary>
    internal static int AcquireAll(WwAcquireContext context, IReadOnlyList<WwMutex> order)
    {
        int refusals = 0;
        WwMutex? contended = null;
        while (true)
        {
            contended?.AcquireSlow(context);
            int refused = FirstRefused(context, order, contended);
            if (refused < 0)
            {
                return refusals;
            }

            ReleaseAll(order.Take(refused));
            if (contended is not null && !order.Take(refused).Contains(contended))
            {
                contended.Release();
            }

            contended = order[refused];
            refusals++;
        }
    }

    internal static void ReleaseAll(IEnumerable<WwMutex> mutexes)
    {
        foreach (WwMutex mutex in mutexes)
        {
            mutex.Release();
        }
    }

    public void Dispose() => Lab.Dispose();

    private static int FirstRefused(WwAcquireContext context, IReadOnlyList<WwMutex> order, WwMutex? held)
    {
        for (int i = 0; i < order.Count; i++)
        {
            if (order[i] != held && order[i].Acquire(context) == WwResult.Deadlock)
            {
                return i;
            }
        }

        return -1;
    }
}
