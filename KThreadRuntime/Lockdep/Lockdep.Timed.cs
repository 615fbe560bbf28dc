using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The acquire that ends by itself.</content>
public static partial class Lockdep
{
    /// <summary>
    /// Announces an acquire with a timeout: what depends on it is learned as of any acquire, and a ring through it stalls rather
    /// than deadlocks (<see cref="ReportFlags.Stall"/>).
    /// </summary>
    /// <param name="map">The lock.</param>
    /// <param name="mode">The side of the lock.</param>
    /// <param name="subclass">0 to 7; see <see cref="Acquire"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing is held then.</exception>
    /// <remarks>Call <see cref="Release"/> if the time is over first. Never takes the warm path.</remarks>
    public static void AcquireTimed(
        LockdepMap map, LockMode mode = LockMode.Exclusive, int subclass = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsSupported)
        {
            return;
        }

        RequireLock(map);
        if (map.Validation != LockValidation.NoTrack)
        {
            LockdepContext.For(map.Validator).AcquireSlow(map, mode, isTry: false, subclass, new CodeSite(file, line, member), isTimed: true);
        }
    }
}
