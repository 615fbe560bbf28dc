using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>What a program tells beside acquire and release, and what it asserts.</content>
internal sealed partial class LockdepContext
{
    /// <summary>Whether probes act for a sink: what they could answer is then unknown.</summary>
    internal bool IsBusy => _busy != 0;

    /// <summary>A wait that might happen: where it may, and what it would depend on.</summary>
    internal void MightWait(LockdepMap? completion, in CodeSite site)
    {
        if (completion is not null)
        {
            NoteWait(completion, timed: false, site);
            return;
        }

        WaitTypeRule rule = WaitRule();
        if (rule.Forbids(LockWaitType.Sleep))
        {
            LockClass anyWait = Validator.Classes.AnyWait;
            Issue(new Fault(ReportKind.InvalidWaitContext, anyWait, site, rule.Tell(LockWaitType.Sleep), rule.Limiter));
        }
    }

    /// <summary>An instance ends, or begins anew, as nobody's.</summary>
    internal void Freed(LockdepMap map, string detail, in CodeSite site)
    {
        int index = FindAnywhere(map);
        if (index > 0)
        {
            Issue(new Fault(ReportKind.HeldLockFreed, _held[index].Class!, site, detail));
        }
        else if (map.Class is { Owner: not null, IsRetired: false } own)
        {
            Validator.Retire([own]);
        }
    }

    /// <summary>Whether the thread holds an instance of a key's classes; reported as freeing it.</summary>
    internal void KeyDisposed(LockClassKey key, in CodeSite site)
    {
        for (int i = _top; i > 0; i--)
        {
            if (_held[i].Class is { } held && ReferenceEquals(held.Key, key))
            {
                Issue(new Fault(ReportKind.HeldLockFreed, held, site, "disposes the key of a lock that it holds."));
                return;
            }
        }
    }

    /// <summary>How a lock is held, or null when it is not; by the interrupted flow too.</summary>
    internal LockMode? HeldMode(LockdepMap map) =>
        FindAnywhere(map) is int index && index > 0 ? ChainKey.LockModeOf(_held[index].Element) : null;

    /// <summary>Whether the thread holds a lock, and does not merely descend from a flow that does.</summary>
    internal bool HoldsSurely(LockdepMap map) =>
        FindAnywhere(map) is int index && index > 0 && ChainKey.ModeOf(_held[index].Element) != ChainMode.Inherited;

    /// <summary>How many acquires of a lock still wait for their release.</summary>
    internal int HeldTimes(LockdepMap map)
    {
        int times = 0;
        for (int i = _top; i > 0; i--)
        {
            times += _held[i].Id == map.Id ? _held[i].Acquires : 0;
        }

        return times;
    }

    /// <summary>The newest lock held; null when there is none.</summary>
    internal LockClass? NewestHeld()
    {
        for (int i = _top; i > 0; i--)
        {
            if (!_held[i].IsBoundary && IsLock(i))
            {
                return _held[i].Class;
            }
        }

        return null;
    }

    internal void FailAssertion(LockClass subject, string detail, in CodeSite site) =>
        Issue(new Fault(ReportKind.AssertionFailed, subject, site, detail));

    /// <summary>Reports what is held, since the newest handler began, beyond the oldest so many.</summary>
    internal void ReportLeftovers(string boundary, in CodeSite site, int heldBefore = 0)
    {
        if (HeldCount <= heldBefore)
        {
            return;
        }

        int[] left = [.. Enumerable.Range(_floor + 1 + heldBefore, HeldCount - heldBefore).Where(IsLock)];
        if (left.Length > 0)
        {
            IEnumerable<string> names = left.Select(i => _held[i].Class!.DisplayName);
            LockClass newest = _held[left[left.Length - 1]].Class!;
            Issue(new Fault(ReportKind.HeldAtBoundary, newest, site, $"still holds {string.Join(", ", names)} at {boundary}."));
        }
    }

    /// <summary>Whether an entry is a lock that is surely held, rather than owed by a work item or inherited by a flow.</summary>
    private bool IsLock(int index) => ChainKey.ModeOf(_held[index].Element) < ChainMode.Wait;

    private void RequireNestLock(LockdepMap? nestLock, LockClass nested, in CodeSite site)
    {
        _nestLockAt = nestLock is null ? 0 : FindAnywhere(nestLock);
        if (nestLock is not null && nestLock.Validation != LockValidation.NoTrack && _nestLockAt == 0)
        {
            LockClass outer = nestLock.ClassFor(0);
            Issue(new Fault(ReportKind.NestLockNotTaken, nested, site, $"acquires it under {outer.DisplayName}, which it does not hold.", outer));
        }
    }

    private void CheckWaitType(LockClass wanted, in CodeSite site)
    {
        WaitTypeRule rule = WaitRule();
        if (rule.Forbids(wanted.Traits.Outer))
        {
            Issue(new Fault(ReportKind.InvalidWaitContext, wanted, site, rule.Tell(wanted.Traits.Outer), rule.Limiter));
        }
    }

    private WaitTypeRule WaitRule()
    {
        var rule = new WaitTypeRule(ContextLimit);
        for (int i = _floor + 1; i <= _top; i++)
        {
            if (_held[i].IsChecked)
            {
                rule.Hold(_held[i].Class!);
            }
        }

        return rule;
    }

    /// <summary>Where a lock is held, in the interrupted flow too; 0 when it is not.</summary>
    private int FindAnywhere(LockdepMap map)
    {
        int i = _top;
        while (i > 0 && _held[i].Id != map.Id)
        {
            i--;
        }

        return i;
    }
}
