using KThreadRuntime.Blocking;
using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>What an acquire or the start of a wait tells: to the graph once, to the history once per generation.</content>
internal sealed partial class LockdepContext
{
    private readonly Findings _findings = new();

    /// <summary>
    /// Learns from wanting an instance with the present held stack. The reports go out before the history is written, so that
    /// a sink that throws leaves an acquire that never was.
    /// </summary>
    private ChainSlot Observe(LockdepMap map, LockClass lockClass, uint element, in CodeSite site, List<WaitStep>? steps, bool remembers = true)
    {
        if (lockClass.IsRetired)
        {
            return default;
        }

        ForgetChainsOfFormerEra();
        RefreshFlow();
        CountForeign();
        ulong held = Instances;
        ulong key = ChainKey.Extend(Top.ChainAfter ^ _salt ^ GivenKey(element), element);
        ulong instances = ChainKey.ExtendInstances(held, map.Id, element);
        ThreadChain chain = ChainOf(key, lockClass, element, site);
        chain.Slot.Key = key;
        NoteUsage(chain, map, site);
        if (ChainKey.IsTry(element))
        {
            return default;
        }

        bool isKnown = true;
        if (HeldCount > 0 && (steps is not null || !chain.HasLearned(held, instances)))
        {
            long refused = Validator.RefusedDependencies;
            List<LockdepReport>? reports = LearnFromHeld(chain, map, steps);
            isKnown = refused == Validator.RefusedDependencies;
            if (isKnown)
            {
                chain.Learned(instances);
            }

            Deliver(reports);
        }

        if (!remembers)
        {
            return default;
        }

        Remember(chain, map);
        if (!isKnown)
        {
            // Told again next time: a full graph makes room now and then.
            return default;
        }

        _slots[(int)key & (_slots.Length - 1)] = chain.Slot;
        return chain.Slot;
    }

    private ThreadChain ChainOf(ulong key, LockClass lockClass, uint element, in CodeSite site)
    {
        if (_chains.TryGetValue(key, out ThreadChain? known) && known.Element == element && known.Depth == HeldCount)
        {
            return known;
        }

        if (!ChainKey.IsTry(element))
        {
            CheckWaitType(lockClass, site);
        }

        using PutOffInterrupt putOff = PutOffInterrupt.Begin();
        MakeRoomForChain();
        var chain = new ThreadChain(lockClass, element, HeldCount, site, CaptureStack());
        _chains[key] = chain;
        Validator.Statistics.CountChain();
        Validator.Chains.Add(key, _floor > 0, ElementsWith(element));
        if (_chains.Count * 2 > _slots.Length && _slots.Length < MaxSlots)
        {
            _slots = new ChainSlot[_slots.Length * 2];
        }

        return chain;
    }

    /// <summary>What is held since the newest handler began, and one more.</summary>
    private uint[] ElementsWith(uint element)
    {
        var elements = new uint[HeldCount + 1];
        for (int i = 0; i < HeldCount; i++)
        {
            elements[i] = _held[_floor + 1 + i].Element;
        }

        elements[HeldCount] = element;
        return elements;
    }

    private List<LockdepReport>? LearnFromHeld(ThreadChain chain, LockdepMap map, List<WaitStep>? steps)
    {
        Findings findings = _findings;
        bool anyOwn = true, anyHeld = true, isSerialised = IsSerialised(chain);
        for (int i = _floor + 1; i <= _top; i++)
        {
            LockClass from = _held[i].Class!;
            if (!_held[i].IsChecked || isSerialised || from.IsRetired)
            {
                continue;
            }

            if (ReferenceEquals(from, chain.Class) && PassesNested(chain, map, i))
            {
                // It is these two that may nest: of others of their class nothing was said.
                anyOwn = anyHeld = false;
                continue;
            }

            if (_held[i].Id == map.Id && Validator.Options.Policy != LockdepPolicy.Kernel)
            {
                // The same lock under another subclass is the same lock all the same.
                from = chain.Class;
            }

            Dependency label = FromHeld(i, map, chain);
            steps?.Add(new WaitStep(from, label));
            Dependency? covering = Validator.Learn(from, chain.Class, label, findings);
            bool covered = covering is { To: null } && (covering.Thread == Dependency.Several || covering.Thread == Id);
            anyOwn &= covered;
            anyHeld &= covered && covering!.From is null && covering.Gates.IsEmpty;
        }

        chain.OwnSaturatedUnder = anyOwn ? Instances : null;
        chain.IsSaturated = anyHeld;
        return WithFaults(Validator.Issuer.Issue(this, findings));
    }

    private Dependency FromHeld(int index, LockdepMap map, ThreadChain chain)
    {
        ref HeldLock held = ref _held[index];
        ChainMode heldMode = ChainKey.ModeOf(held.Element);
        bool recursiveRead = chain.Mode == ChainMode.SharedRecursive;
        return new Dependency
        {
            Kinds = heldMode is not (ChainMode.Shared or ChainMode.SharedRecursive)
                ? recursiveRead ? DependencyKinds.ER : DependencyKinds.EN
                : recursiveRead ? DependencyKinds.SR : DependencyKinds.SN,
            From = held.Map?.Witness,
            To = map.Witness,
            Gates = GatesExcept(index),
            Given = GivenAt(index, chain.Mode),
            Thread = Id,
            Signaller = chain.Mode >= ChainMode.Wait ? map.Signaller : 0,
            Flags = (chain.IsTimed ? ReportFlags.Stall : ReportFlags.None)
                | (heldMode == ChainMode.Inherited ? ReportFlags.Unscoped : ReportFlags.None),
            Evidence = new Evidence(TaskName, ChainAt(index)?.Site ?? CodeSite.Unknown, chain.Site, heldMode, chain.Mode, chain.Stack),
        };
    }

    private GateSet GatesExcept(int index)
    {
        GateSet gates = default;
        for (int i = _floor + 1; i <= _top; i++)
        {
            ChainMode mode = ChainKey.ModeOf(_held[i].Element);
            if (i != index && (mode < ChainMode.Wait || (mode == ChainMode.OwedHere && _held[i].Map!.IsTurn)))
            {
                gates = gates.With(_held[i].Id, mode is ChainMode.Exclusive or ChainMode.OwedHere);
            }
        }

        return gates;
    }

    /// <summary>
    /// Writes history once per generation and chain. A second instance within one generation makes the entry say "any", and
    /// then, if the graph has nothing more to learn either, the slot stops comparing instances.
    /// </summary>
    private void Remember(ThreadChain chain, LockdepMap map)
    {
        long generation = _clock.Now;
        if (Validator.Classes.Era != _era)
        {
            // Indices were given free since this began: what it found may not pass for known in a generation that began after.
            chain.Slot.Stamp = -1;
            return;
        }

        if (chain.Slot.Stamp != generation || chain.Epoch != _epoch || chain.Ordinal < Math.Max(_historyStart, _idleSince) || !_history.Holds(chain.Ordinal, chain))
        {
            chain.Ordinal = _history.Push(chain, map, generation, _epoch, GatesExcept(0), chain.Mode >= ChainMode.Wait ? _givenSinceOwed : default);
            chain.Slot.Stamp = generation;
            chain.Epoch = _epoch;
            chain.Slot.HeldInstances = Instances;
            chain.Slot.Own = (ulong)map.Id;
            chain.Slot.HeldMask = chain.Slot.OwnMask = ulong.MaxValue;
            return;
        }

        if (!chain.Slot.Matches(Instances, (ulong)map.Id))
        {
            Blur(chain, map);
        }
    }

    private void Blur(ThreadChain chain, LockdepMap map)
    {
        ref HistoryEntry entry = ref _history[chain.Ordinal];
        entry.Gates = entry.Gates.Intersect(GatesExcept(0));
        if (!ReferenceEquals(entry.Instance, map))
        {
            entry.Instance = null;
        }

        chain.Slot.HeldInstances = Instances;
        chain.Slot.Own = (ulong)map.Id;
        bool mayHoldIt = map.Kind == LockdepMapKind.ReentrantLock && HoldsSubclass();
        bool anyOwn = !mayHoldIt && entry.Instance is null && (HeldCount == 0 || chain.IsSaturated || chain.OwnSaturatedUnder == Instances);
        chain.Slot.OwnMask = anyOwn ? 0 : ulong.MaxValue;
        chain.Slot.HeldMask = !mayHoldIt && entry.Gates.IsEmpty && chain.IsSaturated ? 0 : ulong.MaxValue;
        if (anyOwn)
        {
            chain.Class.ForgetInstancesOf(Id);
        }
    }

    /// <summary>Whether the lock wanted may be held already under another class: then it matters which instance it is.</summary>
    private bool HoldsSubclass()
    {
        for (int i = _floor + 1; i <= _top; i++)
        {
            if (Validator.Classes[ChainKey.ClassOf(_held[i].Element)].Subclass != 0)
            {
                return true;
            }
        }

        return false;
    }
}
