using System.Runtime.CompilerServices;
using KThreadRuntime.Reports;

namespace KThreadRuntime.Tests.Trust;

/// <summary>What <see cref="UnloadTests"/> loads a second time, into a context that can be unloaded: its locks and keys are that copy's own.</summary>
public static class Plugin
{
    private static readonly LockClassKey _key = new("plugin");
    private static readonly KMutex _first = new(_key);
    private static readonly KMutex _second = new(name: "second");
    private static readonly KRwSemaphore _shared = new(name: "shared");

    /// <summary>Uses its locks, breaks their order, waits, signals, and runs a kthread.</summary>
    public static void Run()
    {
        var done = new Completion(name: "done");
        _first.Acquire();
        _second.Acquire();
        _shared.AcquireRead();
        done.Complete();
        _shared.ReleaseRead();
        _second.Release();
        _first.Release();
        done.Wait();
        _second.Acquire();
        using (KThread thread = KThread.Run(_ => _shared.GetType().Name.Length))
        {
            thread.Stop();
        }

        _second.Release();
        var other = new Thread(BreakTheOrder);
        other.Start();
        other.Join();
    }

    /// <summary>Whether a stack is kept of which only the innermost frame is the plugin's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsInnermostFrameKept() => StackCapture.Take(new LockdepOptions()) is not null;

    private static void BreakTheOrder()
    {
        _second.Acquire();
        _first.Acquire();
        _first.Release();
        _second.Release();
    }

    /// <summary>What others' code may be instantiated over.</summary>
    public readonly struct Value;
}
