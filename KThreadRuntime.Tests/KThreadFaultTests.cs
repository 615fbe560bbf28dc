namespace KThreadRuntime.Tests;

/// <summary>What a thread function throws, and threads that cannot be started.</summary>
public class KThreadFaultTests
{
    [Fact]
    public void WhatTheFunctionThrew_IsKeptThoughNobodyStopsTheThread()
    {
        KThread thread = KThread.Run(static _ => throw new InvalidDataException("lost"));
        Patience.Until(() => thread.HasExited, "The thread did not exit.");

        Assert.Equal("lost", Assert.IsType<InvalidDataException>(thread.Exception).Message);
        Assert.Same(thread.Exception, Assert.Throws<InvalidDataException>(() => thread.Stop()));
    }

    [Fact]
    public void FunctionThatReturnedOrRuns_HasNoException()
    {
        using var running = KThread.Run(static self =>
        {
            while (!self.ShouldStop)
            {
                self.WaitForWake();
            }

            return 0;
        });
        KThread returned = KThread.Run(static _ => 7);
        returned.Stop();

        Assert.Null(running.Exception);
        Assert.Null(returned.Exception);
    }

    [Fact]
    public void StartThatFails_LeavesAThreadThatCanBeStoppedOrStartedAgain()
    {
        KThread stopped = KThread.Create(static _ => 7), started = KThread.Create(static _ => 7);
        FailToStart(() => Assert.Throws<OutOfMemoryException>(stopped.Wake));
        FailToStart(() => Assert.Throws<OutOfMemoryException>(started.Wake));
        started.Wake();

        Assert.Equal(KThread.NeverRan, Within(() => stopped.Stop()));
        Assert.Equal(7, Within(() => started.Stop()));
    }

    [Fact]
    public void ParkThatCannotStartTheThread_AsksForNothing()
    {
        KThread thread = KThread.Create(static _ => 7);
        FailToStart(() => Assert.Throws<OutOfMemoryException>(() => thread.Park()));
        Assert.False(thread.ShouldPark);
        thread.Wake();

        Assert.Equal(7, Within(() => thread.Stop()));
    }

    private static void FailToStart(Action start)
    {
        KThread.FailingStart = static () => throw new OutOfMemoryException();
        try
        {
            start();
        }
        finally
        {
            KThread.FailingStart = null;
        }
    }

    private static int Within(Func<int> stop)
    {
        using var actor = new Actor("stopper");
        return actor.Do(stop);
    }
}
