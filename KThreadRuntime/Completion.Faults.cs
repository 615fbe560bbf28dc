using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The signals of a signaller that has failed, or has given up: who waits is let go, and told.</content>
public sealed partial class Completion
{
    /// <summary>
    /// What all waits end with, if anything. Where all pass nobody waits, so the queue's place holds it: a field of its own would make
    /// each completion larger. Call it under the gate, where all pass.
    /// </summary>
    private WaitFault? Fault => _waiters.First?.Fault;

    /// <summary>
    /// Lets all waiters go with an exception, and all waits until <see cref="Reinitialize"/>, or until <see cref="CompleteAll"/> or <see cref="Cancel"/> says
    /// otherwise.
    /// </summary>
    /// <param name="exception">What each wait throws, with the stack it has here; an asynchronous wait's task fails with it. All share the one object.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentNullException">There is no exception.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. The signal was given.</exception>
    /// <remarks>To the validator it is a signal as any other. <see cref="IsDone"/> is true from here on; a wait that a signal had let go before passes.</remarks>
    public void Fail(Exception exception, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Refuse(new WaitFault(exception ?? throw new ArgumentNullException(nameof(exception))), file, line, member);

    /// <summary>
    /// Lets all waiters go with a <see cref="TaskCanceledException"/>, and all waits until <see cref="Reinitialize"/>, or until <see cref="CompleteAll"/> or
    /// <see cref="Fail"/> says otherwise. An asynchronous wait's task is cancelled.
    /// </summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. The signal was given.</exception>
    /// <remarks>
    /// To the validator it is a signal as any other, unlike the cancellation of a wait's own token. <see cref="IsDone"/> is true from here on; a wait that a
    /// signal had let go before passes.
    /// </remarks>
    public void Cancel([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Refuse(new WaitFault(null), file, line, member);

    /// <summary>Replaces what all waits end with. Call it under the gate, where all pass.</summary>
    private void ReplaceFault(WaitFault? fault)
    {
        _waiters.TakeFirst();
        if (fault is not null)
        {
            _waiters.Add(new Waiter { Fault = fault });
        }
    }

    private void Refuse(WaitFault fault, string file, int line, string member)
    {
        List<LockdepReport>? reports = Commit(file, line, member, out LockdepContext? context);
        ReleaseAll(fault);
        Deliver(context, reports);
    }
}
