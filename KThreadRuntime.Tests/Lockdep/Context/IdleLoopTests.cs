namespace KThreadRuntime.Tests;

/// <summary>Whole loops of threads that idle, with a client that goes by their answers, and one that does not.</summary>
public class IdleLoopTests
{
    [Fact]
    public void ClientThatWaitsForTheAnswerFirst_IsQuiet()
    {
        using var lab = new Lab();
        var (a, c) = CrossReleaseTests.Pair();
        var (request, answer) = (new Completion(name: "request"), new Completion(name: "answer"));
        Actor server = lab.Thread("server"), client = lab.Thread("client");
        Action[] turns = [() => PassWhenAwaited(a, answer), () => c.Complete()];
        Actor.Job loop = server.Begin(() => Array.ForEach(turns, turn =>
        {
            request.Wait();
            turn();
        }));
        Patience.UntilWaited(request);
        client.Do(() =>
        {
            request.Complete();
            answer.Wait();
        });
        Patience.UntilWaited(request);
        client.Do(() => request.Complete());
        loop.Finish();
        client.Do(() => CrossReleaseTests.Under(a, () => c.Wait()));

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.IdlePoints);
    }

    [Fact]
    public void ClientThatNoAnswerHoldsBack_IsReported()
    {
        using var lab = new Lab();
        var (a, c) = CrossReleaseTests.Pair();
        var request = new Completion(name: "request");
        Actor server = lab.Thread("server"), client = lab.Thread("client");
        Action[] turns = [() => CrossReleaseTests.Pass(a), () => c.Complete()];
        Actor.Job loop = server.Begin(() => Array.ForEach(turns, turn =>
        {
            request.Wait();
            turn();
        }));
        Patience.UntilWaited(request);
        client.Do(() => request.Complete());
        Patience.UntilWaited(request);
        client.Do(() => request.Complete());
        loop.Finish();
        client.Do(() => CrossReleaseTests.Under(a, () => c.Wait()));

        Assert.Equal("(completion)c --> a", lab.Single().Chain);
        Assert.Equal(ReportFlags.Predicted, lab.Single().Flags);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60_000)]
    public void SleepUntilWoken_IsAnIdlePointTheFirstTime(int? limit)
    {
        using var lab = new Lab();
        WakeUnderTheLock(self => Sleep(self, limit));

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.IdlePoints);
    }

    [Fact]
    public void LookForAWake_IsNoIdlePoint()
    {
        using var lab = new Lab();
        WakeUnderTheLock(self => SpinWait.SpinUntil(() => self.WaitForWake(TimeSpan.Zero)));

        Assert.Equal("(completion)c --> a", lab.Single().Chain);
    }

    [Fact]
    public void SleepUnderALock_IsNoIdlePoint()
    {
        using var lab = new Lab();
        var other = new KMutex(name: "other");
        WakeUnderTheLock(self => CrossReleaseTests.Under(other, self.WaitForWake));

        Assert.Equal("(completion)c --> a", lab.Single().Chain);
    }

    [Fact]
    public void LockPassedAgainAfterTheWake_IsReported()
    {
        using var lab = new Lab();
        var (a, c) = CrossReleaseTests.Pair();
        var ready = new Completion(name: "ready");
        using KThread thread = Run(
            () => Pass(a, ready), self => self.WaitForWake(), () =>
            {
                CrossReleaseTests.Pass(a);
                c.Complete();
            });
        ready.Wait();
        thread.Wake();
        Patience.Until(() => c.IsDone, "The thread did not signal.");
        CrossReleaseTests.Under(a, () => c.Wait());

        Assert.Equal("(completion)c --> a", lab.Single().Chain);
        Assert.Equal(1, lab.Validator.Statistics.IdlePoints);
    }

    [Fact]
    public void StopUnderTheLockOfAnEarlierTurn_IsReported()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var ready = new Completion(name: "ready");
        using KThread thread = Run(() => Pass(a, ready), self => self.WaitForWake(), () => { });
        ready.Wait();
        thread.Wake();
        Patience.Until(() => CrossReleaseTests.HasExited(lab), "The thread did not exit.");
        CrossReleaseTests.Under(a, () => thread.Stop());

        Assert.Equal(1, lab.Validator.Statistics.IdlePoints);
        Assert.Equal("(kthread completion)->exited --> a", lab.Single().Chain);
    }

    [Fact]
    public void RequestGivenUnderTheLockOfItsWait_IsSilent()
    {
        using var lab = new Lab();
        var (a, c) = CrossReleaseTests.Pair();
        var request = new Completion(name: "request");
        Actor.Job serve = Serve(lab, request, c);
        lab.Thread("client").Do(() => CrossReleaseTests.Under(a, () =>
        {
            // It has asked by the time it waits, so nobody else needs the lock in order to ask.
            request.Complete();
            serve.Finish();
            c.Wait();
        }));

        lab.IsQuiet();
    }

    [Fact]
    public void ServerThatIsBackBeforeTheClientWaits_IsSilent()
    {
        using var lab = new Lab();
        Completion request = new(name: "request"), answer = new(name: "answer");
        Actor server = lab.Thread("server");
        Actor.Job serve = server.Begin(() => Array.ForEach(new int[2], _ => Serve(request, answer)));
        Patience.UntilWaited(request);
        Actor client = lab.Thread("client");
        client.Do(() => request.Complete());
        Patience.Until(() => answer.IsDone, "The server did not answer.");
        Patience.UntilWaited(request);
        client.Do(() =>
        {
            // It has asked once before it waited: the two take turns.
            answer.Wait();
            request.Complete();
        });
        serve.Finish();

        lab.IsQuiet();
    }

    private static Actor.Job Serve(Lab lab, Completion request, Completion answer)
    {
        Actor.Job serve = lab.Thread("server").Begin(() => Serve(request, answer));
        Patience.UntilWaited(request);
        return serve;
    }

    private static void Serve(Completion request, Completion answer)
    {
        request.Wait();
        answer.Complete();
    }

    /// <summary>A thread that does one thing, waits for its wake, and does another.</summary>
    private static KThread Run(Action before, Action<KThread> wait, Action after) => KThread.Run(
        self =>
        {
            before();
            wait(self);
            after();
            return 0;
        },
        name: "server");

    private static void Sleep(KThread self, int? limit)
    {
        if (limit is { } milliseconds)
        {
            Assert.True(self.WaitForWake(TimeSpan.FromMilliseconds(milliseconds)));
        }
        else
        {
            self.WaitForWake();
        }
    }

    private static void Pass(KMutex a, Completion answer)
    {
        CrossReleaseTests.Pass(a);
        answer.Complete();
    }

    /// <summary>The client waits before the server comes back to wait.</summary>
    private static void PassWhenAwaited(KMutex a, Completion answer)
    {
        Patience.UntilWaited(answer);
        Pass(a, answer);
    }

    /// <summary>A thread passes a lock and waits for its wake, upon which it signals; the client wakes it and waits for that under the lock.</summary>
    private static void WakeUnderTheLock(Action<KThread> wait)
    {
        var (a, c) = CrossReleaseTests.Pair();
        var ready = new Completion(name: "ready");
        using KThread thread = Run(() => Pass(a, ready), wait, () => c.Complete());
        ready.Wait();
        CrossReleaseTests.Under(a, () =>
        {
            thread.Wake();
            Patience.Until(() => c.IsDone, "The thread did not signal.");
            c.Wait();
        });
    }
}
