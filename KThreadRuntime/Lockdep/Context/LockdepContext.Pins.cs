using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>Pins: locks that a caller relies on to stay held.</content>
internal sealed partial class LockdepContext
{
    private List<Pinning>? _pins;
    private long _lastCookie;

    internal PinCookie Pin(LockdepMap map, in CodeSite site)
    {
        int index = FindAnywhere(map);
        if (index == 0)
        {
            Issue(new Fault(ReportKind.Pinned, map.ClassFor(0), site, "pins a lock that it does not hold."));
            return default;
        }

        _held[index].Depth |= HeldLock.Pinned;
        (_pins ??= []).Add(new Pinning(map, ++_lastCookie));
        return new PinCookie(_lastCookie);
    }

    internal void Unpin(LockdepMap map, PinCookie cookie, in CodeSite site)
    {
        int index = FindAnywhere(map);
        if (index == 0)
        {
            Issue(new Fault(ReportKind.Pinned, map.ClassFor(0), site, "unpins a lock that it does not hold."));
        }
        else if (_pins is null || !_pins.Remove(new Pinning(map, cookie.Value)))
        {
            string fault = _pins is not null && IsPinned(map) ? "unpins a lock with a cookie of another pin." : "unpins a lock that is not pinned.";
            Issue(new Fault(ReportKind.Pinned, _held[index].Class!, site, fault));
        }
        else if (!IsPinned(map))
        {
            _held[index].Depth &= ~HeldLock.Pinned;
        }
    }

    /// <summary>Takes all pins off an entry that goes away; says whether there were any.</summary>
    private bool Unpin(int index)
    {
        if ((_held[index].Depth & HeldLock.Pinned) == 0)
        {
            return false;
        }

        LockdepMap map = _held[index].Map!;
        _pins!.RemoveAll(p => ReferenceEquals(p.Map, map));
        return true;
    }

    private bool IsPinned(LockdepMap map) => _pins!.Exists(p => ReferenceEquals(p.Map, map));

    private readonly record struct Pinning(LockdepMap Map, long Cookie);
}
