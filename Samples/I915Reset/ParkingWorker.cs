using System.Runtime.CompilerServices;
using KThreadRuntime;

namespace I915Reset;

/// <summary>
/// A kernel thread that, asked to park for the first time, does one thing before it does: within the wait of whoever asked.
/// </summary>
internal static class ParkingWorker
{
    internal static KThread Run(
        string name, LockClassKey? key, Action? beforeFirstPark,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        // Asked to park before it runs, a kernel thread parks at its start, and would never get to its one thing.
        using var runs = new ManualResetEventSlim();
        KThread worker = KThread.Run(
            thread =>
            {
                runs.Set();
                return Loop(thread, beforeFirstPark);
            },
            name, key, null, file, line, member);
        runs.Wait();
        return worker;
    }

    private static int Loop(KThread thread, Action? beforeFirstPark)
    {
        while (!thread.ShouldStop)
        {
            if (thread.ShouldPark)
            {
                beforeFirstPark?.Invoke();
                beforeFirstPark = null;
                thread.ParkMe();
            }
            else
            {
                thread.WaitForWake();
            }
        }

        return 0;
    }
}
