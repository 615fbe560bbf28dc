using System.Runtime.CompilerServices;
using KThreadRuntime;

namespace I915Reset;

/// <summary>The graphics driver: its one big mutex, its fault handler, and the reset that parks the engines' threads.</summary>
public sealed class I915Device
{
    private readonly KRwSemaphore _sbWriters = new(name: "sb_writers");
    private readonly KMutex _attrMutex = new(name: "&attr->mutex");
    private readonly KMutex _structMutex = new(name: "&dev->struct_mutex");

    /// <summary>The driver's part of a page fault.</summary>
    [MethodImpl(AddressSpace.KeepFrame)]
    public void i915_gem_fault()
    {
        i915_mutex_lock_interruptible();
        _structMutex.Release();
    }

    /// <summary>A write to the debug file system that asks for a reset: three locks are held by the time the engine is parked.</summary>
    [MethodImpl(AddressSpace.KeepFrame)]
    public void vfs_write(KThread engine)
    {
        using (_sbWriters.EnterReadScope())
        {
            simple_attr_write(engine);
        }
    }

    /// <summary>Parks a kernel thread and waits until it has.</summary>
    [MethodImpl(AddressSpace.KeepFrame)]
    public static void kthread_park(KThread thread) => thread.Park();

    [MethodImpl(AddressSpace.KeepFrame)]
    private void simple_attr_write(KThread engine)
    {
        using (_attrMutex.EnterScope())
        {
            i915_wedged_set(engine);
        }
    }

    [MethodImpl(AddressSpace.KeepFrame)]
    private void i915_wedged_set(KThread engine) => i915_handle_error(engine);

    [MethodImpl(AddressSpace.KeepFrame)]
    private void i915_handle_error(KThread engine) => i915_reset_device(engine);

    [MethodImpl(AddressSpace.KeepFrame)]
    private void i915_reset_device(KThread engine)
    {
        _structMutex.Acquire();
        i915_reset(engine);
        _structMutex.Release();
    }

    [MethodImpl(AddressSpace.KeepFrame)]
    private static void i915_reset(KThread engine)
    {
        i915_gem_reset_prepare(engine);
        engine.Unpark();
    }

    [MethodImpl(AddressSpace.KeepFrame)]
    private static void i915_gem_reset_prepare(KThread engine) => i915_gem_reset_prepare_engine(engine);

    [MethodImpl(AddressSpace.KeepFrame)]
    private static void i915_gem_reset_prepare_engine(KThread engine) => kthread_park(engine);

    [MethodImpl(AddressSpace.KeepFrame)]
    private void i915_mutex_lock_interruptible() => _structMutex.Acquire();
}
