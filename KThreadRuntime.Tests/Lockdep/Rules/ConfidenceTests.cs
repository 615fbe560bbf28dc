namespace KThreadRuntime.Tests;

/// <summary>Which completions of one class are the same obligation.</summary>
public class ConfidenceTests
{
    [Fact]
    public void RequestsOfOneWorker_ArePossibleOnceTheSignallerIsKnown()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        Completion[] requests = Requests(2);
        Actor client = lab.Thread("client"), worker = lab.Thread("worker");
        CrossReleaseTests.RunWait(client, requests[0], () => worker.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            requests[0].Complete();
        }));
        CrossReleaseTests.RunWait(client, requests[1], () =>
        {
            lab.IsQuiet();
            worker.Do(() => requests[1].Complete());
        }, under: a);

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.Possible, report.Confidence);
        Assert.Equal("(completion)request --> a", report.Chain);
    }

    /// <summary>Found by the contexts' fuzz: who had signalled only while nobody waited was not known to signal.</summary>
    [Theory]
    [InlineData(false, Confidence.Certain)]
    [InlineData(true, Confidence.Possible)]
    public void AnotherThatSignals_ThoughNobodyWaitedThen_MayLetTheRingGo(bool another, Confidence expected)
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        var c = new Completion(name: "c");
        Actor waiter = lab.Thread("waiter"), worker = lab.Thread("worker"), other = lab.Thread("other");
        if (another)
        {
            other.Do(() => c.Complete());
            Assert.True(c.TryWait());
        }

        CrossReleaseTests.RunWait(waiter, c, () => worker.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            c.Complete();
        }));
        CrossReleaseTests.RunWait(waiter, c, () => worker.Do(() => c.Complete()), under: a);

        Assert.Equal(expected, lab.Single().Confidence);
    }

    [Fact]
    public void RequestsOfTwoWorkers_AreClassLevelOnly()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        Completion[] requests = Requests(2);
        Actor client = lab.Thread("client"), worker = lab.Thread("worker"), other = lab.Thread("other");
        CrossReleaseTests.RunWait(client, requests[0], () => worker.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            requests[0].Complete();
        }));
        CrossReleaseTests.RunWait(client, requests[1], () => other.Do(() => requests[1].Complete()), under: a);

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.BelowThreshold);
    }

    [Theory]
    [InlineData(ClassPolicy.Instance)]
    [InlineData(ClassPolicy.WaitSite)]
    public void SuggestedSplit_DissolvesTheReport(ClassPolicy applied)
    {
        LockdepReport before = Assert.Single(TwoWorkers(null).Reports);
        Assert.Equal(ClassPolicy.WaitSite, before.Split?.By);

        Assert.Empty(TwoWorkers(applied).Reports);
    }

    [Fact]
    public void Key_DissolvesTheReport()
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        PlayTwoWorkers(lab, [new Completion(new LockClassKey("one")), new Completion(new LockClassKey("two"))]);

        lab.IsQuiet();
    }

    [Fact]
    public void RingsOfCompletionsOfTheirOwn_AreQuiet()
    {
        // One class waits for itself: K1 waits for K2's completion and then signals its own. No order is broken.
        using var lab = new Lab(Lab.Everything);
        Completion[] requests = Requests(2);
        Actor k1 = lab.Thread("K1"), k2 = lab.Thread("K2"), client = lab.Thread("client");
        CrossReleaseTests.RunWait(client, requests[0], () =>
        {
            CrossReleaseTests.RunWait(k1, requests[1], () => k2.Do(() => requests[1].Complete()));
            k1.Do(() => requests[0].Complete());
        });

        lab.IsQuiet();
    }

    private static LockdepValidator TwoWorkers(ClassPolicy? policy)
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        PlayTwoWorkers(lab, [.. Enumerable.Range(0, 2).Select(_ => new Completion(name: "request", policy: policy))]);
        return lab.Validator;
    }

    private static void PlayTwoWorkers(Lab lab, Completion[] requests)
    {
        var a = new KMutex(name: "a");
        Actor client = lab.Thread("client"), worker = lab.Thread("worker"), other = lab.Thread("other");
        Actor.Job wait = client.Begin(() => requests[0].Wait());
        Patience.UntilWaited(requests[0]);
        worker.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            requests[0].Complete();
        });
        wait.Finish();
        wait = client.Begin(() => CrossReleaseTests.Under(a, () => requests[1].Wait()));
        Patience.UntilWaited(requests[1]);
        other.Do(() => requests[1].Complete());
        wait.Finish();
    }

    private static Completion[] Requests(int count) => [.. Enumerable.Range(0, count).Select(_ => new Completion(name: "request"))];
}
