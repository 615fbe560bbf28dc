using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>The acquires that tell the validator why locks of one class may nest. They cost more than a plain one: they never take the warm path.</content>
public sealed partial class KRawSpinLock
{
    /// <summary>Acquires the lock under a subclass: what the validator is to take for another class than that of the same lock's plain acquires.</summary>
    /// <param name="subclass">0 to 7; 0 is that of a plain acquire. An outer lock and an inner one of its class differ in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The subclass is not 0 to 7.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    /// <remarks>The kernel's <c>raw_spin_lock_nested</c>. Released as any other acquire.</remarks>
    public void AcquireNested(
        int subclass, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireNested(subclass, null, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the lock under an outer lock that serialises it: who holds that one may acquire many of one class, in any order.</summary>
    /// <param name="nestLock">The outer lock's <see cref="Map"/>: null only where the probes are switched off. One that is not held is reported.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentNullException">There is no outer lock, and the probes are on.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    /// <remarks>The kernel's <c>raw_spin_lock_nest_lock</c>. Released as any other acquire.</remarks>
    public void AcquireNested(
        LockdepMap? nestLock, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireNested(0, TrackedLock.RequireNest(nestLock), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the lock under a subclass until the scope is disposed.</summary>
    /// <param name="subclass">0 to 7; as for <see cref="AcquireNested(int, CancellationToken, string, int, string)"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The subclass is not 0 to 7.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    public Scope EnterNestedScope(int subclass, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireNested(subclass, default, file, line, member);
        return new Scope(this);
    }

    /// <summary>Acquires the lock under an outer lock that serialises it, until the scope is disposed.</summary>
    /// <param name="nestLock">The outer lock's map; as for <see cref="AcquireNested(LockdepMap, CancellationToken, string, int, string)"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ArgumentNullException">There is no outer lock, and the probes are on.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    public Scope EnterNestedScope(LockdepMap? nestLock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireNested(nestLock, default, file, line, member);
        return new Scope(this);
    }

    private void AcquireNested(int subclass, LockdepMap? nestLock, CancellationToken token, in CodeSite site)
    {
        if (_spin.IsMine)
        {
            throw Recursion(site);
        }

        TrackedLock.AcquireNested(this, _map, LockMode.Exclusive, subclass, nestLock, token, site);
    }
}
