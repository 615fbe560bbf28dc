namespace KThreadRuntime.Tests.Reports;

/// <summary>Whole messages for people.</summary>
public class NarrativeTextTests
{
    [Fact]
    public void TwoLocks_TellBothContexts() =>
        AssertText(
            """
            Possible deadlock: T2/8 acquires a while it holds b, and T1/7 acquires b while it holds a.

            A: T2/8
              [S] holds b, acquired at Method31 (Orders.cs:31)
              [W] acquires a, at Method32 (Orders.cs:32)
              [E] cannot release b
            B: T1/7
              [S] holds a, acquired at Method21 (Orders.cs:21)
              [W] acquires b, at Method22 (Orders.cs:22)
              [E] cannot release a

            A schedule that hangs:

              A: T2/8      B: T1/7
              -------      -------
              acquire(b)
                           acquire(a)
                           acquire(b)
              acquire(a)

              *** DEADLOCK ***

            1 lock held by T2/8:
              0: b, acquired at Second (Orders.cs:31)

            A was seen by T2/8:
                  Shop.Orders.Method32()

            B was seen by T1/7:
                  Shop.Orders.Method22()

            What would end it: one order everywhere; it is broken by a under b at Method32 (Orders.cs:32) and by b under a at Method22 (Orders.cs:22).

            kind: possible circular locking dependency
            confidence: possible
            fingerprint: 0123456789abcdef

            """,
            SampleReports.Circular);

    [Fact]
    public void WaitUnderLock_TellsBothEndsOfTheWire() =>
        AssertText(
            """
            Possible deadlock: main/1 waits for (kthread completion)->parked while it holds _gate, and worker/9 acquires _gate before it signals (kthread completion)->parked.

            A: main/1
              [S] holds _gate, acquired at Method41 (Orders.cs:41)
              [W] waits for (kthread completion)->parked, at Method42 (Orders.cs:42)
              [E] cannot release _gate
            B: worker/9
              [S] owes (kthread completion)->parked, waited for at Method42 (Orders.cs:42)
              [W] acquires _gate, at Method51 (Orders.cs:51)
              [E] cannot signal (kthread completion)->parked, at Method52 (Orders.cs:52)

            A schedule that hangs:

              A: main/1                            B: worker/9
              ---------                            -----------
              acquire(_gate)
                                                   owes (kthread completion)->parked
                                                   acquire(_gate)
              wait((kthread completion)->parked)
                                                   complete((kthread completion)->parked): never reached

              *** DEADLOCK ***

            1 lock held by main/1:
              0: _gate, acquired at Stop (Orders.cs:41)

            A was seen by main/1:
                  Shop.Orders.Method42()

            B was seen by worker/9:
                  Shop.Orders.Method51()

            What would end it: release _gate before waiting for (kthread completion)->parked at Method42 (Orders.cs:42); or signal (kthread completion)->parked before acquiring _gate at Method51 (Orders.cs:51).

            kind: possible circular locking dependency
            confidence: possible
            fingerprint: 0123456789abcdef

            """,
            SampleReports.CrossRelease);

    [Fact]
    public void ThreeContexts_HaveAColumnEach() =>
        AssertText(
            """
            Possible deadlock, as far as the classes tell: reset/3 waits for (completion)done while it holds device, reader/5 acquires memory before it signals (completion)done, and fault/6 acquires device while it holds memory.

            A: reset/3
              [S] holds device, acquired at Method41 (Orders.cs:41)
              [W] waits for (completion)done, at Method42 (Orders.cs:42)
              [E] cannot release device
            B: reader/5
              [S] owes (completion)done, waited for at Method42 (Orders.cs:42)
              [W] acquires to read memory, at Method51 (Orders.cs:51)
              [E] cannot signal (completion)done, at Method52 (Orders.cs:52)
            C: fault/6
              [S] holds memory to read, acquired at Method61 (Orders.cs:61)
              [W] acquires device, at Method62 (Orders.cs:62)
              [E] cannot release memory

            A schedule that hangs:

              A: reset/3               B: reader/5                                 C: fault/6
              ----------               -----------                                 ----------
              acquire(device)
                                       owes (completion)done
                                                                                   acquire_read(memory)
                                                                                   acquire(device)
                                       (somebody queues to write memory)
                                       acquire_read(memory)
              wait((completion)done)
                                       complete((completion)done): never reached

              *** DEADLOCK ***

            2 locks held by reset/3:
              0: attribute to read, acquired at Write (Orders.cs:40)
              1: device, acquired at Reset (Orders.cs:41)

            A was seen by reset/3:
                  Shop.Orders.Method42()

            B was seen by reader/5:
                  Shop.Orders.Method51()

            C was seen by fault/6:
                  Shop.Orders.Method62()

            What would end it: a class per instance for (completion)done dissolves this.

            kind: possible circular locking dependency
            confidence: class-level only
            fingerprint: 0123456789abcdef

            """,
            SampleReports.ThreeContexts);

    [Fact]
    public void SignalBeforeTheWait_SaysSo() =>
        AssertText(
            """
            Possible deadlock: signaller/4 acquires a before it signals (completion)c, and waiter/3 waits for (completion)c while it holds a.

            A: signaller/4
              [S] owes (completion)c from the start: its signal came before any wait
              [W] acquires a, at Method51 (Orders.cs:51)
              [E] cannot signal (completion)c, at Method52 (Orders.cs:52)
            B: waiter/3
              [S] holds a, acquired at Method41 (Orders.cs:41)
              [W] waits for (completion)c, at Method42 (Orders.cs:42)
              [E] cannot release a

            A schedule that hangs:

              A: signaller/4                           B: waiter/3
              --------------                           -----------
              owes (completion)c
                                                       acquire(a)
                                                       wait((completion)c)
              acquire(a)
              complete((completion)c): never reached

              *** DEADLOCK ***

            Note: a signal came before its wait; the ring is that of a schedule in which the wait comes first.

            no locks held by signaller/4.

            A was seen by signaller/4:
                  Shop.Orders.Method51()

            B was seen by waiter/3:
                  Shop.Orders.Method42()

            What would end it: release a before waiting for (completion)c at Method42 (Orders.cs:42); or signal (completion)c before acquiring a at Method51 (Orders.cs:51).

            kind: possible circular locking dependency
            confidence: possible (predicted)
            fingerprint: 0123456789abcdef

            """,
            SampleReports.Predicted);

    [Fact]
    public void SelfDeadlock_IsOneColumn() =>
        AssertText(
            """
            Deadlock, a context blocks on itself: T1/7 acquires a while it holds a.

            A: T1/7
              [S] holds a, acquired at Method21 (Orders.cs:21)
              [W] acquires a, at Method22 (Orders.cs:22)
              [E] cannot release a

            A schedule that hangs:

              A: T1/7
              -------
              acquire(a)
              acquire(a)

              *** DEADLOCK ***

            1 lock held by T1/7:
              0: a, acquired at First (Orders.cs:21)

            A was seen by T1/7:
                  Shop.Orders.Method22()

            What would end it: release a before acquiring a at Method22 (Orders.cs:22), or do not acquire it there again.

            kind: a context blocks on itself
            confidence: closed (single-context)
            fingerprint: 0123456789abcdef

            """,
            SampleReports.SelfDeadlock);

    [Fact]
    public void TwoInstancesOfOneClass_SaySo() =>
        AssertText(
            """
            Possible deadlock: T2/8 acquires account#2/1 while it holds account#2/1, and T1/7 acquires account#2/1 while it holds account#2/1.

            A: T2/8
              [S] holds account#2/1, acquired at Method21 (Orders.cs:21)
              [W] acquires account#2/1, at Method22 (Orders.cs:22)
              [E] cannot release account#2/1
            B: T1/7
              [S] holds account#2/1, acquired at Method21 (Orders.cs:21)
              [W] acquires account#2/1, at Method22 (Orders.cs:22)
              [E] cannot release account#2/1

            A schedule that hangs:

              A: T2/8                B: T1/7
              -------                -------
              acquire(account#2/1)
                                     acquire(account#2/1)
                                     acquire(account#2/1)
              acquire(account#2/1)

              *** DEADLOCK ***

            Note: the locks are instances of one class, and no settled order of them is known.

            1 lock held by T2/8:
              0: account#2/1, acquired at Move (Orders.cs:21)

            A was seen by T2/8:
                  Shop.Orders.Method22()

            B was seen by T1/7:
                  Shop.Orders.Method22()

            What would end it: acquire instances of account#2/1 in one order, and give the inner acquire a subclass or the class a declared order.

            kind: possible recursive locking
            confidence: possible
            fingerprint: 0123456789abcdef

            """,
            SampleReports.TwoAccounts);

    [Fact]
    public void Fault_TellsSubjectOtherAndRemedy() =>
        AssertText(
            """
            T1/7: acquires under a nest lock that it does not hold.
                (a), at: First (Orders.cs:22)
                with (parent), created at: Orders (Orders.cs:14)

            1 lock held by T1/7:
              0: b, acquired at First (Orders.cs:21)

            What would end it: acquire the nest lock first, or name the lock that is held.

            kind: nested lock was not taken
            confidence: certain
            fingerprint: 0123456789abcdef

            """,
            SampleReports.NestLock);

    [Fact]
    public void FaultWithAPath_TellsTheDependencies() =>
        AssertText(
            """
            T1/7: acquires a lock whose chain a handler can interrupt.
                (safe), at: First (Orders.cs:22)
                with (unsafe), created at: Orders (Orders.cs:12)

            The dependencies in between:
                T1/7 acquires middle while it holds safe, at: Method22 (Orders.cs:22)
                T2/8 acquires unsafe while it holds middle, at: Method32 (Orders.cs:32)

            1 lock held by T1/7:
              0: b, acquired at First (Orders.cs:21)

            A was seen by T1/7:
                  Shop.Orders.Method22()

            B was seen by T2/8:
                  Shop.Orders.Method32()

            What would end it: keep handlers off while the lock that a handler can come to wait for is held, or do not acquire it in the handler.

            kind: handler-safe -> handler-unsafe lock order
            confidence: certain
            fingerprint: 0123456789abcdef

            """,
            SampleReports.HandlerOrder);

    private static void AssertText(string expected, LockdepReport report) => Assert.Equal(expected.ReplaceLineEndings("\n"), report.ToString());
}
