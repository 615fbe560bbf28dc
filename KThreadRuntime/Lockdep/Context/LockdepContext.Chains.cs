namespace KThreadRuntime.Context;

/// <content>What the thread knows of chains, within bounds.</content>
internal sealed partial class LockdepContext
{
    private const int FirstChains = 1024;

    private int _era;
    private int _chainsAllowed = FirstChains;

    /// <summary>Indices of classes that have gone may stand for others now, and so may hashes made of them.</summary>
    private void ForgetChainsOfFormerEra()
    {
        int era = Validator.Classes.Era;
        if (_era != era)
        {
            _era = era;
            ForgetChains();
        }
    }

    /// <summary>Keeps the number of chains within twice what is alive, and within the budget.</summary>
    private void MakeRoomForChain()
    {
        if (_chains.Count < Math.Min(_chainsAllowed, Validator.Options.MaxChainsPerThread))
        {
            return;
        }

        foreach (ulong key in _chains.Where(c => c.Value.Class.IsRetired).Select(c => c.Key).ToList())
        {
            _chains.Remove(key);
        }

        _chainsAllowed = Math.Max(FirstChains, 2 * _chains.Count);
        if (_chains.Count >= Validator.Options.MaxChainsPerThread)
        {
            Validator.Statistics.CountChainTableRestart();
            ForgetChains();
        }
    }

    /// <summary>Begins to learn anew; where what is held was acquired stays known.</summary>
    private void ForgetChains()
    {
        var origins = new List<(ulong Key, ThreadChain Chain)>();
        for (int i = 1; i <= _top; i++)
        {
            if (ChainAt(i) is { } chain)
            {
                origins.Add((_held[i].ChainAfter, new ThreadChain(chain.Class, chain.Element, chain.Depth, chain.Site, chain.Stack)));
            }
        }

        _chains.Clear();
        foreach ((ulong key, ThreadChain chain) in origins)
        {
            _chains[key] = chain;
        }

        ForgetStamps(_held);
        Array.Clear(_slots, 0, _slots.Length);
        ForgetQuietWait();
    }
}
