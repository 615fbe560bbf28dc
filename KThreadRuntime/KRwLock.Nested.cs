using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>The acquires that tell the validator why locks of one class may nest. They cost more than a plain one: they never take the warm path.</content>
public sealed partial class KRwLock
{
    /// <summary>Acquires the read side under a subclass: what the validator is to take for another class than that of the same lock's plain acquires.</summary>
    /// <param name="subclass">0 to 7; 0 is that of a plain acquire. An outer lock and an inner one of its class differ in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The subclass is not 0 to 7.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is not held.</exception>
    /// <remarks>The kernel's <c>read_lock_nested</c>. Released as any other acquire.</remarks>
    public void AcquireReadNested(
        int subclass, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireNested(_readMode, subclass, null, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the read side under an outer lock that serialises it: who holds that one may acquire many of one class, in any order.</summary>
    /// <param name="nestLock">The outer lock's <see cref="Map"/>: null only where the probes are switched off. One that is not held is reported.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentNullException">There is no outer lock, and the probes are on.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is not held.</exception>
    /// <remarks>The kernel's <c>*_nest_lock</c>. Released as any other acquire.</remarks>
    public void AcquireReadNested(
        LockdepMap? nestLock, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireNested(_readMode, 0, TrackedLock.RequireNest(nestLock), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the read side under a subclass until the scope is disposed.</summary>
    /// <param name="subclass">0 to 7; as for <see cref="AcquireReadNested(int, CancellationToken, string, int, string)"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The subclass is not 0 to 7.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    public ReadScope EnterReadNestedScope(int subclass, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireReadNested(subclass, default, file, line, member);
        return new ReadScope(this);
    }

    /// <summary>Acquires the read side under an outer lock that serialises it, until the scope is disposed.</summary>
    /// <param name="nestLock">The outer lock's map; as for <see cref="AcquireReadNested(LockdepMap, CancellationToken, string, int, string)"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ArgumentNullException">There is no outer lock, and the probes are on.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    public ReadScope EnterReadNestedScope(LockdepMap? nestLock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireReadNested(nestLock, default, file, line, member);
        return new ReadScope(this);
    }

    /// <summary>Acquires the write side under a subclass: what the validator is to take for another class than that of the same lock's plain acquires.</summary>
    /// <param name="subclass">0 to 7; 0 is that of a plain acquire. An outer lock and an inner one of its class differ in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The subclass is not 0 to 7.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is not held.</exception>
    /// <remarks>The kernel's <c>write_lock_nested</c>. Released as any other acquire.</remarks>
    public void AcquireWriteNested(
        int subclass, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireNested(LockMode.Exclusive, subclass, null, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the write side under an outer lock that serialises it: who holds that one may acquire many of one class, in any order.</summary>
    /// <param name="nestLock">The outer lock's <see cref="Map"/>: null only where the probes are switched off. One that is not held is reported.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentNullException">There is no outer lock, and the probes are on.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is not held.</exception>
    /// <remarks>The kernel's <c>*_nest_lock</c>. Released as any other acquire.</remarks>
    public void AcquireWriteNested(
        LockdepMap? nestLock, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireNested(LockMode.Exclusive, 0, TrackedLock.RequireNest(nestLock), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the write side under a subclass until the scope is disposed.</summary>
    /// <param name="subclass">0 to 7; as for <see cref="AcquireWriteNested(int, CancellationToken, string, int, string)"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The subclass is not 0 to 7.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    public WriteScope EnterWriteNestedScope(int subclass, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireWriteNested(subclass, default, file, line, member);
        return new WriteScope(this);
    }

    /// <summary>Acquires the write side under an outer lock that serialises it, until the scope is disposed.</summary>
    /// <param name="nestLock">The outer lock's map; as for <see cref="AcquireWriteNested(LockdepMap, CancellationToken, string, int, string)"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ArgumentNullException">There is no outer lock, and the probes are on.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    public WriteScope EnterWriteNestedScope(
        LockdepMap? nestLock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireWriteNested(nestLock, default, file, line, member);
        return new WriteScope(this);
    }

    private void AcquireNested(LockMode mode, int subclass, LockdepMap? nestLock, CancellationToken token, in CodeSite site)
    {
        if (_queue.IsWriteMine)
        {
            throw Recursion(mode, site);
        }

        TrackedLock.AcquireNested(_queue, _map, mode, subclass, nestLock, token, site);
    }
}
