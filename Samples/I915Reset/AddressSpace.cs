using System.Runtime.CompilerServices;
using KThreadRuntime;

namespace I915Reset;

/// <summary>The memory side of the story: <c>mm->mmap_sem</c>, and who touches it.</summary>
public sealed class AddressSpace
{
    // Frames must stay frames: the reports show the stacks by these names.
    internal const MethodImplOptions KeepFrame = MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization;

    private readonly KRwSemaphore _mmapSem = new(name: "&mm->mmap_sem");

    /// <summary>A fault on a page of a graphics object: the driver's fault handler runs under <c>mmap_sem</c>.</summary>
    [MethodImpl(KeepFrame)]
    public void __do_page_fault(I915Device device)
    {
        _mmapSem.AcquireRead();
        handle_mm_fault(device);
        _mmapSem.ReleaseRead();
    }

    /// <summary>Copies to user memory, which may fault, and so touches <c>mmap_sem</c>; nothing of the driver's is involved.</summary>
    [MethodImpl(KeepFrame)]
    public void perf_read() => _copy_to_user();

    [MethodImpl(KeepFrame)]
    private static void handle_mm_fault(I915Device device) => __do_fault(device);

    [MethodImpl(KeepFrame)]
    private static void __do_fault(I915Device device) => device.i915_gem_fault();

    [MethodImpl(KeepFrame)]
    private void _copy_to_user() => __might_fault();

    [MethodImpl(KeepFrame)]
    private void __might_fault()
    {
        _mmapSem.AcquireRead();
        _mmapSem.ReleaseRead();
    }
}
