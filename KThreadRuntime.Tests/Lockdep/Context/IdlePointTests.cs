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
        scene.Idle();
        scene.Pass();
        scene.Answer();
        scene.Idle();
        scene.SignalC();

        scene.Predicts(false);
        Assert.Contains(("(completion)c", "(completion)request"), scene.Learned);
        Assert.Equal(1, scene.Statistics.IdlePoints);
        Assert.Equal(0, scene.Statistics.IndependencePoints);
    }

    [Fact]
    public void FirstTimeAtThePlace_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.Pass();
        scene.Answer();
        scene.Idle();
        scene.SignalC();

        scene.Predicts(true);
        Assert.Equal(0, scene.Statistics.IdlePoints);
    }

    [Fact]
    public void WaitOnAnotherLine_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.Idle(line: 1);
        scene.Pass();
        scene.Answer();
        scene.Idle(line: 2);
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void WaitInAnotherFile_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.Idle(file: "One.cs");
        scene.Pass();
        scene.Answer();
        scene.Idle(file: "Two.cs");
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void WaitOnAnUnknownLine_IsNoLoop()
    {
        using var scene = new IdleScene();
        scene.Idle(line: 0, file: "");
        scene.Pass();
        scene.Answer();
        scene.Idle(line: 0, file: "");
        scene.SignalC();

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
        scene.Idle(parts[0]);
        scene.Pass();
        scene.Answer();
        scene.Idle(parts[1]);
        scene.SignalC();

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
        scene.Idle();
        scene.Pass();
        scene.Answer();
        Maps.Under(new LockdepMap("held"), () => scene.Idle());
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void WaitInAHandler_IsNoIdlePointOfWhatItInterrupts()
    {
        using var scene = new IdleScene();
        scene.Idle();
        scene.Pass();
        scene.Answer();
        using (Lockdep.EnterHandler(HandlerLevel.Soft))
        {
            scene.Idle();
        }

        scene.SignalC();

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
            scene.Idle();
            scene.Pass();
            scene.Answer();
            scene.Idle();
            scene.SignalC();
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
        scene.Idle(exited);
        scene.Pass();
        scene.Answer();
        scene.Idle(exited);
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void WaitOlderThanTheAcquire_CountsAsEver()
    {
        using var scene = new IdleScene();
        scene.Idle();
        WaitTicket wait = scene.Client.Do(() => Lockdep.BeginWait(scene.C));
        scene.Pass();
        scene.Answer();
        scene.Idle();
        scene.SignalC();
        Lockdep.EndWait(wait);

        scene.Predicts(true);
    }

    [Fact]
    public void SignalOwedSinceBefore_CountsAsEver()
    {
        using var scene = new IdleScene();
        scene.Idle();
        Lockdep.Owe(scene.C);
        scene.Pass();
        scene.Answer();
        scene.Idle();
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void SignalOfAContextsOwnLife_IsNotCutOff()
    {
        using var scene = new IdleScene();
        var life = new LockdepMap("life", kind: LockdepMapKind.Completion) { IsLifetime = true };
        scene.Idle();
        scene.Pass();
        scene.Answer();
        scene.Idle();
        Lockdep.Signal(life);

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
        scene.Idle();
        scene.Pass();
        scene.Answer();
        scene.Idle();
        scene.Pass();
        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void AsyncWait_IsNoIdlePoint()
    {
        using var scene = new IdleScene();
        var request = new Completion(name: "request");
        for (int turn = 0; turn < 2; turn++)
        {
            Assert.False(request.WaitAsync().IsCompleted);
            if (turn == 0)
            {
                scene.Pass();
                scene.Answer();
            }
        }

        scene.SignalC();

        scene.Predicts(true);
    }

    [Fact]
    public void MightWait_IsNoIdlePoint()
    {
        using var scene = new IdleScene();
        for (int turn = 0; turn < 2; turn++)
        {
            Lockdep.MightWait(scene.Request);
            if (turn == 0)
            {
                scene.Pass();
                scene.Answer();
            }
        }

        scene.SignalC();

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
        scene.TwoTurns(() => request.Wait(), last: scene.Pass);

        Assert.Equal(1, scene.Statistics.IdlePoints);
        scene.Predicts(true);
    }
}
