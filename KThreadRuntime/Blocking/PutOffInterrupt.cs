using System.Runtime.InteropServices;

namespace KThreadRuntime.Blocking;

/// <summary>
/// Puts an interrupt that is pending off to the end of a scope. For the validator's rare, long steps: those build strings, register classes and
/// look at stacks, and the runtime does so under Monitors of its own, where an interrupt would end the step, and with it the probe.
/// </summary>
/// <remarks>Costs a third of a microsecond.</remarks>
internal readonly ref struct PutOffInterrupt
{
    private static readonly bool _isWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    private readonly bool _wasPending;

    private PutOffInterrupt(bool wasPending) => _wasPending = wasPending;

    internal static PutOffInterrupt Begin()
    {
        try
        {
            Look();
            return default;
        }
        catch (ThreadInterruptedException)
        {
            return new PutOffInterrupt(wasPending: true);
        }
    }

    /// <summary>Looks at a pending interrupt without blocking. A join pumps messages where an apartment has one thread; a sleep does not, and costs more.</summary>
    private static void Look()
    {
        if (_isWindows && Thread.CurrentThread.GetApartmentState() == ApartmentState.STA)
        {
            Thread.Sleep(0);
        }
        else
        {
            Thread.CurrentThread.Join(0);
        }
    }

    public void Dispose()
    {
        if (_wasPending)
        {
            Thread.CurrentThread.Interrupt();
        }
    }
}
