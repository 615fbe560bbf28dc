namespace KThreadRuntime.Tests;

/// <summary>
/// Idle points that nobody declares. A server passes lock <c>a</c>, gives its answer and waits for its next request, upon which it signals
/// <c>c</c>: what is learned is whether <c>c</c> may need <c>a</c>.
/// </summary>
public class IdlePointTests
{
    [Fact]
    public void LoopThatComesBack_PredictsNothingFromBeforeItsAnswer()
    {
        using var scene = new IdleScene();
        scene.TwoTurns();

        scene.Predicts(false);
        Assert.Contains(("(completion)c", "(completion)request"), scene.Learned);
        Assert.Equal(1, scene.Statistics.IdlePoints);
        Assert.Equal(0, scene.Statistics.IndependencePoints);
    }

    [Fact]
    public void FirstTimeAtThePlace_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(() => { }, () => scene.Idle());

        scene.Predicts(true);
        Assert.Equal(0, scene.Statistics.IdlePoints);
    }

    [Fact]
    public void WaitOnAnotherLine_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(() => scene.Idle(line: 1), () => scene.Idle(line: 2));

        scene.Predicts(true);
    }

    [Fact]
    public void WaitInAnotherFile_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(() => scene.Idle(file: "One.cs"), () => scene.Idle(file: "Two.cs"));

        scene.Predicts(true);
    }

    [Fact]
    public void WaitOnAnUnknownLine_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(() => scene.Idle(line: 0, file: ""));

        scene.Predicts(true);
    }

    [Fact]
    public void WaitForEachOfSeveral_IsNoLoopThatIdles()
    {
        using var scene = new IdleScene();

        // Of seventeen two have one place in the memory, where nothing but their numbers tells them apart.
        List<LockdepMap> many = [.. Enumerable.Range(0, 17).Select(_ => new LockdepMap("part", kind: LockdepMapKind.Completion))];
        many.ForEach(part => part.EnsureId());
        LockdepMap[] parts = [.. many.GroupBy(part => part.Id & 15).First(place => place.Count() > 1)];
        scene.TwoTurns(() => scene.Idle(parts[0]), () => scene.Idle(parts[1]));

        scene.Predicts(true);
    }

    [Fact]
    public void WaitForSeveralSignalsOfOne_AfterNoAnswer_IsNoIdlePoint()
    {
        using var scene = new IdleScene();
        scene.Idle();
        scene.Pass();
        scene.Idle();
        scene.Idle();
        scene.SignalC();

        scene.Predicts(true);
        Assert.Equal(0, scene.Statistics.IdlePoints);
    }

    [Fact]
    public void WhatFollowsTheAnswer_IsNotOver()
    {
        using var scene = new IdleScene();
        scene.Idle();
        scene.Answer();
        scene.Pass();
        scene.Idle();
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void AnswerThatTellsNothingNew_IsOneToo()
    {
        using var scene = new IdleScene();
        scene.Idle();
        scene.Answer();
        scene.Idle();
        scene.Pass();
        scene.Answer();
        scene.Idle();
        scene.SignalC();

        scene.Predicts(false);
    }

    [Fact]
    public void WaitUnderALock_IsNoIdlePoint()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(comeBack: () => Maps.Under(new LockdepMap("held"), () => scene.Idle()));

        scene.Predicts(true);
    }

    [Fact]
    public void WaitInAHandler_IsNoIdlePointOfWhatItInterrupts()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(comeBack: () =>
        {
            using (Lockdep.EnterHandler(HandlerLevel.Soft))
            {
                scene.Idle();
            }
        });

        scene.Predicts(true);
    }

    [Fact]
    public void SignalOfAHandler_IsNoAnswerOfWhatItInterrupts()
    {
        using var scene = new IdleScene();
        scene.Idle();
        scene.Pass();
        using (Lockdep.EnterHandler(HandlerLevel.Soft))
        {
            scene.Answer();
        }

        scene.Idle();
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void WaitInAScope_BelongsToItsWork()
    {
        using var scene = new IdleScene();
        using (Lockdep.BeginWork())
        {
            scene.TwoTurns();
        }

        scene.Predicts(true);
        Assert.Equal(0, scene.Statistics.IdlePoints);
    }

    [Fact]
    public void UnitGivenBack_IsNoAnswer()
    {
        using var scene = new IdleScene();
        var slots = new KSemaphore(1, 1, name: "slots");
        scene.Idle();
        scene.Pass();
        slots.Acquire();
        slots.Release();
        scene.Idle();
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void WaitForAnotherContextsEnd_IsNoIdlePoint()
    {
        using var scene = new IdleScene();
        var exited = new LockdepMap("exited", kind: LockdepMapKind.Completion) { IsLifetime = true };
        scene.TwoTurns(() => scene.Idle(exited));

        scene.Predicts(true);
    }

    [Fact]
    public void WaitOlderThanTheAcquire_CountsAsEver()
    {
        using var scene = new IdleScene();
        WaitTicket wait = default;
        scene.TwoTurns(
            () =>
            {
                scene.Idle();
                wait = scene.Client.Do(() => Lockdep.BeginWait(scene.C));
            },
            () => scene.Idle());
        Lockdep.EndWait(wait);

        scene.Predicts(true);
    }

    [Fact]
    public void SignalOwedSinceBefore_CountsAsEver()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(
            () =>
            {
                scene.Idle();
                Lockdep.Owe(scene.C);
            },
            () => scene.Idle());

        scene.Predicts(true);
    }

    [Fact]
    public void SignalOfAContextsOwnLife_IsNotCutOff()
    {
        using var scene = new IdleScene();
        var life = new LockdepMap("life", kind: LockdepMapKind.Completion) { IsLifetime = true };
        scene.TwoTurns();
        Lockdep.Signal(life);

        scene.Predicts(false);
        Assert.Contains(("(completion)life", "a"), scene.Learned);
    }

    [Fact]
    public void TheWaitItself_Stays()
    {
        using var scene = new IdleScene();
        scene.Idle();
        Lockdep.MightWait(scene.Request);
        scene.Answer();
        scene.Idle();
        scene.SignalC();

        Assert.Equal(1, scene.Statistics.IdlePoints);
        Assert.Contains(("(completion)c", "(completion)request"), scene.Learned);
    }

    [Fact]
    public void AcquireInTheNextTurn_IsToldAgain()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(comeBack: () =>
        {
            scene.Idle();
            scene.Pass();
        });

        scene.Predicts(true);
    }

    [Fact]
    public void AsyncWait_IsNoIdlePoint()
    {
        using var scene = new IdleScene();
        var request = new Completion(name: "request");
        scene.TwoTurns(() => Assert.False(request.WaitAsync().IsCompleted));

        scene.Predicts(true);
    }

    [Fact]
    public void MightWait_IsNoIdlePoint()
    {
        using var scene = new IdleScene();
        scene.TwoTurns(() => Lockdep.MightWait(scene.Request));

        scene.Predicts(true);
    }

    [Fact]
    public void RequestThatIsThereAlready_IsAnIdlePointToo()
    {
        using var scene = new IdleScene();
        var request = new Completion(name: "request");
        request.CompleteAll();
        scene.TwoTurns(() => request.Wait());

        scene.Predicts(false);
    }

    [Fact]
    public void UnitThatIsThereAlready_IsAnIdlePointToo()
    {
        using var scene = new IdleScene();
        var requests = new KSemaphore(2, name: "requests");
        scene.TwoTurns(() => requests.Acquire());

        scene.Predicts(false);
    }

    [Fact]
    public void LoopThatIsNeverOutOfWork_WhileNobodyBlocks_KeepsItsWarmPaths()
    {
        using var scene = new IdleScene();
        var request = new Completion(name: "request");
        request.CompleteAll();
        long generation = scene.Generation;
        for (int turn = 0; turn < 5; turn++)
        {
            request.Wait();
            scene.Pass();
            scene.Answer();
        }

        Assert.Equal(generation, scene.Generation);
        Assert.Equal(0, scene.Statistics.IdlePoints);
    }

    [Fact]
    public void AcquireInTheTurnAfterAPassedWait_IsToldAgain()
    {
        using var scene = new IdleScene();
        var request = new Completion(name: "request");
        request.CompleteAll();
        scene.TwoTurns(Wait, () =>
        {
            Wait();
            scene.Pass();
        });

        Assert.Equal(1, scene.Statistics.IdlePoints);
        scene.Predicts(true);

        void Wait() => request.Wait();
    }
}
