using System.Runtime.CompilerServices;
using KThreadRuntime;

namespace Stress.Switch;

/// <summary>What the compiler's output is looked at for: probes called by hand, and the primitives' own.</summary>
internal static class SwitchTarget
{
    private static long _passed;

    /// <summary>Runs in a process of its own, which the compiler was told to print the code of.</summary>
    internal static int Run()
    {
        // The switch has to be read before a method that asks for it is compiled: only then is it a constant there.
        bool isSupported = Lockdep.IsSupported;
        var map = new LockdepMap("map");
        var mutex = new KMutex(name: "mutex");
        Nest(map);
        Mutex(mutex);
        Console.WriteLine($"{isSupported} {_passed}");
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Nest(LockdepMap map)
    {
        Lockdep.Acquire(map);
        _passed++;
        Lockdep.Release(map);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Mutex(KMutex mutex)
    {
        mutex.Acquire();
        _passed++;
        mutex.Release();
    }
}
