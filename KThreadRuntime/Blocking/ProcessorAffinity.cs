using System.Runtime.InteropServices;

namespace KThreadRuntime.Blocking;

/// <summary>Binds the calling operating-system thread to a processor, where the system has a call for that.</summary>
internal static class ProcessorAffinity
{
    private const int MaskBytes = 128;

    /// <summary>Whether the system did it. A processor that is not there, or not allowed, is refused by the system.</summary>
    internal static bool TryBindCurrentThread(int cpu)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return BindOnLinux(cpu);
        }

        return RuntimeInformation.IsOSPlatform(OSPlatform.Windows) && cpu < IntPtr.Size * 8
            && SetThreadAffinityMask(GetCurrentThread(), new UIntPtr(1UL << cpu)) != UIntPtr.Zero;
    }

    private static bool BindOnLinux(int cpu)
    {
        var mask = new byte[MaskBytes];
        mask[cpu / 8] = (byte)(1 << (cpu % 8));
        return SetAffinity(0, new UIntPtr(MaskBytes), mask) == 0;
    }

    [DllImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static extern int SetAffinity(int thread, UIntPtr size, byte[] mask);

    [DllImport("kernel32", SetLastError = true)]
    private static extern IntPtr GetCurrentThread();

    [DllImport("kernel32", SetLastError = true)]
    private static extern UIntPtr SetThreadAffinityMask(IntPtr thread, UIntPtr mask);
}
