namespace KThreadRuntime.Tests.Reports;

/// <summary>Whole messages in the kernel's structure.</summary>
public class KernelTextTests
{
    [Fact]
    public void TwoLocks_ShowTwoProcessors() =>
        AssertText(
            """
            ======================================================
            WARNING: possible circular locking dependency detected
            confidence: possible
            ------------------------------------------------------
            T2/8 is trying to acquire:
                (a){....}-{4:4}, at: Method32 (Orders.cs:32)
            while it holds:
                (b){....}-{4:4}, at: Method31 (Orders.cs:31)
            and what it holds can depend on what it wants.

            The dependency chain, in reverse order (#0 is the event above):

            -> #1 (b){....}-{4:4}: acquire by T1/7 at Method22 (Orders.cs:22)
                  holding (a) from Method21 (Orders.cs:21)
                  Shop.Orders.Method22()

            -> #0 (a){....}-{4:4}: acquire by T2/8 at Method32 (Orders.cs:32)
                  holding (b) from Method31 (Orders.cs:31)
                  Shop.Orders.Method32()

            A schedule that hangs:

                   CPU0                            CPU1
                   ----                            ----
              lock(b);
                                              lock(a);
                                              lock(b);
              lock(a);

             *** DEADLOCK ***

            1 lock held by T2/8:
             #0: (b){....}-{4:4}, at: Second (Orders.cs:31)

            stack backtrace:
                  Shop.Orders.Second()
                  Shop.Program.Main()

            fingerprint: 0123456789abcdef

            """,
            SampleReports.Circular);

    [Fact]
    public void WaitUnderLock_ShowsComplete() =>
        AssertText(
            """
            ======================================================
            WARNING: possible circular locking dependency detected
            confidence: possible
            ------------------------------------------------------
            main/1 is trying to wait for:
                ((kthread completion)->parked){....}-{4:4}, at: Method42 (Orders.cs:42)
            while it holds:
                (_gate){....}-{4:4}, at: Method41 (Orders.cs:41)
            and what it holds can depend on what it wants.

            The dependency chain, in reverse order (#0 is the event above):

            -> #1 (_gate){....}-{4:4}: acquire by worker/9 at Method51 (Orders.cs:51)
                  before it signalled ((kthread completion)->parked)
                  Shop.Orders.Method51()

            -> #0 ((kthread completion)->parked){....}-{4:4}: wait by main/1 at Method42 (Orders.cs:42)
                  holding (_gate) from Method41 (Orders.cs:41)
                  Shop.Orders.Method42()

            A schedule that hangs:

                  Thread-A (main/1)                             k-Thread (worker/9)
                  --------                                      --------
                  acquire(_gate);
                                                                acquire(_gate);  [worker/9]
                  wait((kthread completion)->parked);
                                                                complete((kthread completion)->parked);  [worker/9: never reached]

                  *** DEADLOCK ***

            1 lock held by main/1:
             #0: (_gate){....}-{4:4}, at: Stop (Orders.cs:41)

            fingerprint: 0123456789abcdef

            """,
            SampleReports.CrossRelease);

    [Fact]
    public void ThreeClasses_ShowTheChain() =>
        AssertText(
            """
            ======================================================
            WARNING: possible circular locking dependency detected
            confidence: class-level only
            ------------------------------------------------------
            reset/3 is trying to wait for:
                ((completion)done){....}-{4:4}, at: Method42 (Orders.cs:42)
            while it holds:
                (device){....}-{4:4}, at: Method41 (Orders.cs:41)
            and what it holds can depend on what it wants.

            The dependency chain, in reverse order (#0 is the event above):

            -> #2 (device){....}-{4:4}: acquire by fault/6 at Method62 (Orders.cs:62)
                  holding (memory) from Method61 (Orders.cs:61)
                  Shop.Orders.Method62()

            -> #1 (memory){....}-{4:4}: acquire_read by reader/5 at Method51 (Orders.cs:51)
                  before it signalled ((completion)done)
                  Shop.Orders.Method51()

            -> #0 ((completion)done){....}-{4:4}: wait by reset/3 at Method42 (Orders.cs:42)
                  holding (device) from Method41 (Orders.cs:41)
                  Shop.Orders.Method42()

            Chain exists of:
                (completion)done --> memory --> device

            A schedule that hangs:

                  Thread-A (reset/3)                            k-Thread (fault/6, reader/5)
                  --------                                      --------
                  acquire(device);
                                                                acquire_read(memory);  [fault/6]
                                                                acquire(device);  [fault/6]
                                                                /* a writer of memory queues in between */
                                                                acquire_read(memory);  [reader/5]
                  wait((completion)done);
                                                                complete((completion)done);  [reader/5: never reached]

                  *** DEADLOCK ***

            2 locks held by reset/3:
             #0: (attribute){....}-{4:4} read, at: Write (Orders.cs:40)
             #1: (device){....}-{4:4}, at: Reset (Orders.cs:41)

            What would end it: a class per instance for (completion)done dissolves this.

            fingerprint: 0123456789abcdef

            """,
            SampleReports.ThreeContexts);

    [Fact]
    public void Signal_ShowsWhatCameBeforeIt() =>
        AssertText(
            """
            ======================================================
            WARNING: possible circular locking dependency detected
            confidence: possible (predicted)
            ------------------------------------------------------
            signaller/4 signals:
                ((completion)c){....}-{4:4}, at: Method52 (Orders.cs:52)
            after it acquired:
                (a){....}-{4:4}, at: Method51 (Orders.cs:51)
            and who waits for the signal may be in its way.

            The dependency chain, in reverse order (#0 is the event above):

            -> #1 ((completion)c){....}-{4:4}: wait by waiter/3 at Method42 (Orders.cs:42)
                  holding (a) from Method41 (Orders.cs:41)
                  Shop.Orders.Method42()

            -> #0 (a){....}-{4:4}: acquire by signaller/4 at Method51 (Orders.cs:51)
                  before it signalled ((completion)c)
                  Shop.Orders.Method51()

            A schedule that hangs:

                  Thread-A (signaller/4)                        Thread-B (waiter/3)
                  --------                                      --------
                                                                acquire(a);  [waiter/3]
                                                                wait((completion)c);  [waiter/3]
                  acquire(a);
                  complete((completion)c);  [never reached]

                  *** DEADLOCK ***

            no locks held by signaller/4.

            fingerprint: 0123456789abcdef

            """,
            SampleReports.Predicted);

    [Fact]
    public void Recursion_ShowsOneProcessor() =>
        AssertText(
            """
            ============================================
            WARNING: possible recursive locking detected
            confidence: closed (single-context)
            --------------------------------------------
            T1/7 is trying to acquire:
                (a){....}-{4:4}, at: Method22 (Orders.cs:22)
            while it holds:
                (a){....}-{4:4}, at: Method21 (Orders.cs:21)

            A schedule that hangs:

                   CPU0
                   ----
              lock(a);
              lock(a);

             *** DEADLOCK ***

            1 lock held by T1/7:
             #0: (a){....}-{4:4}, at: First (Orders.cs:21)

            fingerprint: 0123456789abcdef

            """,
            SampleReports.SelfDeadlock);

    [Fact]
    public void UnbalancedRelease_ShowsWhatIsHeld() =>
        AssertText(
            """
            =====================================
            WARNING: bad unlock balance detected!
            confidence: certain
            -------------------------------------
            T1/7 is trying to release:
                (a){....}-{4:4}, at: First (Orders.cs:22)
            T1/7: releases a lock that it does not hold.

            1 lock held by T1/7:
             #0: (b){....}-{4:4}, at: First (Orders.cs:21)

            fingerprint: 0123456789abcdef

            """,
            SampleReports.UnbalancedRelease);

    [Fact]
    public void NestLock_ShowsWhatIsNotHeld() =>
        AssertText(
            """
            ==================================
            WARNING: Nested lock was not taken
            confidence: certain
            ----------------------------------
            T1/7 is trying to acquire:
                (a){....}-{4:4}, at: First (Orders.cs:22)
            without holding:
                (parent){....}-{4:4}, created at: Orders (Orders.cs:14)
            T1/7: acquires under a nest lock that it does not hold.

            1 lock held by T1/7:
             #0: (b){....}-{4:4}, at: First (Orders.cs:21)

            fingerprint: 0123456789abcdef

            """,
            SampleReports.NestLock);

    [Fact]
    public void HandlerOrder_ShowsTheInterrupt() =>
        AssertText(
            """
            ===========================================================
            WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected
            confidence: certain
            -----------------------------------------------------------
            T1/7 is joining for the first time:
                (safe){....}-{4:4}, at: First (Orders.cs:22)
            to:
                (unsafe){....}-{4:4}, created at: Orders (Orders.cs:12)
            inconsistent {SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W} usage:
                {IN-SOFTIRQ-W} since T3/9, at: OnTimer (Orders.cs:61)
                  Shop.Orders.OnTimer()
                {SOFTIRQ-ON-W} since T4/10, at: Update (Orders.cs:71)
            T1/7: acquires a lock whose chain a handler can interrupt.

            The dependencies in between, in reverse order:

            -> #1 (unsafe){....}-{4:4}: acquire by T2/8 at Method32 (Orders.cs:32)
                  holding (middle) from Method31 (Orders.cs:31)
                  Shop.Orders.Method32()

            -> #0 (middle){....}-{4:4}: acquire by T1/7 at Method22 (Orders.cs:22)
                  holding (safe) from Method21 (Orders.cs:21)
                  Shop.Orders.Method22()

            A schedule that hangs:

                   CPU0                            CPU1
                   ----                            ----
              lock(unsafe);
                                              /* handlers off */
                                              lock(safe);
                                              lock(middle);
              <Interrupt>
                lock(safe);

             *** DEADLOCK ***

            1 lock held by T1/7:
             #0: (b){....}-{4:4}, at: First (Orders.cs:21)

            fingerprint: 0123456789abcdef

            """,
            SampleReports.HandlerOrder);

    [Fact]
    public void InconsistentState_ShowsOneProcessor() =>
        AssertText(
            """
            ================================
            WARNING: inconsistent lock state
            confidence: certain
            --------------------------------
            T1/7 uses in conflicting ways:
                (a){....}-{4:4}, at: First (Orders.cs:22)
            T1/7: takes in a handler what is held elsewhere with handlers on.

            A schedule that hangs:

                   CPU0
                   ----
              lock(a);
              <Interrupt>
                lock(a);

             *** DEADLOCK ***

            1 lock held by T1/7:
             #0: (b){....}-{4:4}, at: First (Orders.cs:21)

            fingerprint: 0123456789abcdef

            """,
            SampleReports.Inconsistent);

    private static void AssertText(string expected, LockdepReport report) => Assert.Equal(expected.ReplaceLineEndings("\n"), report.ToKernelText());
}
