using System.Runtime.CompilerServices;

namespace KThreadRuntime.Context;

/// <content>The warm path of acquire and release: where the newest entry is, and the comparison with the one above it.</content>
/// <remarks>
/// On .NET the held stack is pinned and the thread's newest entry is found by its address, kept in thread-local storage beside
/// the address of the generation: between two operations on one Monitor every dependent load counts, since nothing overlaps
/// them. The addresses are of the context in front, which the same thread keeps reachable, and with it what they point to.
/// </remarks>
internal sealed partial class LockdepContext
{
#if NET
    /// <summary>The address of the newest entry of the context in front; 0 without one.</summary>
    [ThreadStatic]
    private static nint _topAddress;

    /// <summary>The address of its validator's generation.</summary>
    [ThreadStatic]
    private static nint _generationAddress;

    /// <summary>The index of the newest entry while another context is in front.</summary>
    private int _topBehind;

    /// <summary>The index of the newest entry; 0 when nothing is held.</summary>
    private unsafe int _top
    {
        get => ReferenceEquals(_current, this) ? (int)((_topAddress - AddressOf(0)) / Unsafe.SizeOf<HeldLock>()) : _topBehind;
        set
        {
            if (ReferenceEquals(_current, this))
            {
                _topAddress = AddressOf(value);
            }
            else
            {
                _topBehind = value;
            }
        }
    }

    /// <summary>
    /// The same as was last acquired from here, or another instance where any tells the same, under the context in front.
    /// False means that nothing was done.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool TryAcquireAgain(LockdepMap map, int mode)
    {
        nint top = _topAddress;
        if (top == 0)
        {
            return false;
        }

        ref HeldLock entry = ref Unsafe.AsRef<HeldLock>((void*)(top + Unsafe.SizeOf<HeldLock>()));

        // Written out here: the same as a method of the entry, inlined, made a pair of probes half a nanosecond dearer.
        if (entry.Stamp != Volatile.Read(ref Unsafe.AsRef<long>((void*)_generationAddress)) || map is null)
        {
            return false;
        }

        long id = map.Id;
        if (entry.AcquireKey != HeldLock.KeyOf(id, mode))
        {
            if (entry.AcquireKey != HeldLock.KeyOfAny(mode) || entry.ClassToken != map.ClassToken)
            {
                return false;
            }

            LockdepMap?[] recent = entry.Recent!;
            if (!ReferenceEquals(recent[(int)id & (recent.Length - 1)], map))
            {
                return false;
            }

            // What allows any instance was pushed by a plain acquire: its release looks at nothing more.
            entry.Id = entry.ReleaseKey = id;
        }

        _topAddress = top + Unsafe.SizeOf<HeldLock>();
        return true;
    }

    /// <summary>Pops the newest entry when it is this lock and not acquired again. False means that nothing was done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool TryReleaseFast(LockdepMap map)
    {
        nint top = _topAddress;
        if (top == 0)
        {
            return false;
        }

        ref HeldLock entry = ref Unsafe.AsRef<HeldLock>((void*)top);
        if (map is null || entry.ReleaseKey != map.Id)
        {
            return false;
        }

        _topAddress = top - Unsafe.SizeOf<HeldLock>();
        return true;
    }

    /// <summary>Lets the warm path find this context, and keeps in mind how much the one in front so far holds.</summary>
    private void ComeToFront()
    {
        if (_current is { } former)
        {
            former._topBehind = former._top;
        }

        _current = this;
        _topAddress = AddressOf(_topBehind);
        _generationAddress = _clock.Address;
    }

    private unsafe nint AddressOf(int index) => (nint)Unsafe.AsPointer(ref _held[index]);
#else
    /// <summary>The index of the newest entry; 0 when nothing is held.</summary>
    private int _top;

    /// <summary>
    /// The same as was last acquired from here, or another instance where any tells the same, under the context in front.
    /// False means that nothing was done.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryAcquireAgain(LockdepMap map, int mode)
    {
        if (_current is not { } context)
        {
            return false;
        }

        int next = context._top + 1;
        ref HeldLock entry = ref context._held[next];
        if (entry.Stamp != context._clock.Now || map is null)
        {
            return false;
        }

        long id = map.Id;
        if (entry.AcquireKey != HeldLock.KeyOf(id, mode))
        {
            if (entry.AcquireKey != HeldLock.KeyOfAny(mode) || entry.ClassToken != map.ClassToken)
            {
                return false;
            }

            LockdepMap?[] recent = entry.Recent!;
            if (!ReferenceEquals(recent[(int)id & (recent.Length - 1)], map))
            {
                return false;
            }

            // What allows any instance was pushed by a plain acquire: its release looks at nothing more.
            entry.Id = entry.ReleaseKey = id;
        }

        context._top = next;
        return true;
    }

    /// <summary>Pops the newest entry when it is this lock and not acquired again. False means that nothing was done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReleaseFast(LockdepMap map)
    {
        if (_current is not { } context || map is null || context.Top.ReleaseKey != map.Id)
        {
            return false;
        }

        context._top--;
        return true;
    }

    private void ComeToFront() => _current = this;
#endif
}
