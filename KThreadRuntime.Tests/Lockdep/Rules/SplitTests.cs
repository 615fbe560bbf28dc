namespace KThreadRuntime.Tests;

/// <summary>A class made finer in the run that showed it to be too coarse.</summary>
public class SplitTests
{
    private static readonly LockClassKey _shared = new("request");

    public static TheoryData<string, ClassPolicy> Splits => new()
    {
        { "one creation site", ClassPolicy.WaitSite },
        { "one creation site, one wait site", ClassPolicy.Instance },
        { "one key", ClassPolicy.CreationSite },
    };

    [Theory]
    [MemberData(nameof(Splits))]
    public void AppliedSplit_DissolvesTheReportInTheSameRun(string situation, ClassPolicy expected)
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        Play(lab, situation);
        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.Equal(expected, report.Split?.By);

        lab.Validator.Apply(report.Split!);
        Play(lab, situation);
        lab.Single();
        Assert.Equal(1, lab.Validator.Statistics.RetiredClasses);
        Assert.DoesNotContain(report.Split!.Class, lab.Validator.LockClasses);
    }

    [Fact]
    public void WithoutTheSplit_TheDependenciesStay()
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        Play(lab, "one creation site");
        int dependencies = lab.Validator.Statistics.Dependencies;
        Play(lab, "one creation site");

        Assert.Equal(dependencies, lab.Validator.Statistics.Dependencies);
        Assert.Equal(0, lab.Validator.Statistics.RetiredClasses);
    }

    [Fact]
    public void AppliedSplit_StillFindsWhatIsTrueOfOneInstance()
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        Play(lab, "one creation site, one wait site");
        lab.Validator.Apply(lab.Single().Split!);

        var a = new KMutex(name: "b");
        Completion request = Requests("one creation site, one wait site")[0];
        Actor worker = lab.Thread("w"), client = lab.Thread("c");
        CrossReleaseTests.RunWait(client, request, () => worker.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            request.Complete();
        }));
        CrossReleaseTests.RunWait(client, request, () => worker.Do(() => request.Complete()), under: a);

        Assert.Equal(2, lab.Reports.Count);
    }

    [Fact]
    public void SameSplitAgain_IsNoError()
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        Play(lab, "one creation site");
        SplitSuggestion split = lab.Single().Split!;
        lab.Validator.Apply(split);
        lab.Validator.Apply(split);

        Assert.Equal(1, lab.Validator.Statistics.RetiredClasses);
    }

    [Fact]
    public void SplitOfAnotherValidatorsClass_IsRefused()
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        Play(lab, "one creation site");
        SplitSuggestion split = lab.Single().Split!;
        using var other = new LockdepValidator();

        Assert.Throws<ArgumentException>(() => other.Apply(split));
        Assert.Throws<ArgumentException>(() => lab.Validator.Apply(split with { By = ClassPolicy.Kind }));
        Assert.Throws<ArgumentNullException>(() => lab.Validator.Apply(null!));
    }

    [Fact]
    public void TwoLocksOfOneClassUnderTheKernelsPolicy_AreSplitBySubclass()
    {
        using var lab = new Lab(Lab.Kernel);
        LockdepMap[] accounts = Maps.Many(3, "account");
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Maps.Nest(accounts[0], accounts[1]));
        LockdepReport report = lab.Single();
        Assert.Equal(ClassPolicy.Subclass, report.Split?.By);

        lab.Validator.Apply(report.Split!);
        t1.Do(() => Maps.Nest(accounts[0], accounts[1]));
        t1.Do(() => Maps.Under(accounts[0], () => Maps.Nest(accounts[1], accounts[2])));
        lab.Single();
        Assert.Equal(["account", "account/1", "account/2"], lab.Validator.LockClasses.Select(c => c.DisplayName.Replace("#2", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void TwoLocksOfOneKey_AreSplitByCreationSite()
    {
        using var lab = new Lab(Lab.Kernel);
        var key = new LockClassKey("account");
        var outer = new LockdepMap(key: key);
        var inner = new LockdepMap(key: key);
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Maps.Nest(outer, inner));
        Assert.Equal(ClassPolicy.CreationSite, lab.Single().Split?.By);

        lab.Validator.Apply(lab.Single().Split!);
        t1.Do(() => Maps.Nest(outer, inner));
        lab.Single();
    }

    [Fact]
    public void SameLockAgain_HasNoSplit()
    {
        using var lab = new Lab(Lab.Kernel);
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() => Maps.Nest(map, map));

        Assert.Null(lab.Single().Split);
    }

    [Fact]
    public void WhatIsHeldWhenItsClassIsSplit_IsReleasedAsUsual()
    {
        using var lab = new Lab(Lab.Kernel);
        LockdepMap[] accounts = Maps.Many(2, "account");
        lab.Thread("T1").Do(() =>
        {
            Maps.Under(accounts[0], () => Maps.Under(accounts[1], () => lab.Validator.Apply(lab.Single().Split!)));
            Assert.False(Lockdep.IsHeld(accounts[0]));
        });

        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    private static Completion[] Requests(string situation)
    {
        if (situation != "one key")
        {
            return [.. Enumerable.Range(0, 2).Select(_ => new Completion(name: "request"))];
        }

        var first = new Completion(_shared);
        var second = new Completion(_shared);
        return [first, second];
    }

    private static void Play(Lab lab, string situation)
    {
        Completion[] requests = Requests(situation);
        var a = new KMutex(name: "a");
        Actor client = lab.Thread("client"), worker = lab.Thread("worker"), other = lab.Thread("other");
        Action<Completion> wait = situation == "one creation site" ? c => c.Wait() : Await;
        Actor.Job first = client.Begin(() => Await(requests[0]));
        Patience.UntilWaited(requests[0]);
        worker.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            requests[0].Complete();
        });
        first.Finish();
        Actor.Job second = client.Begin(() => CrossReleaseTests.Under(a, () => wait(requests[1])));
        Patience.UntilWaited(requests[1]);
        other.Do(() => requests[1].Complete());
        second.Finish();
    }

    private static void Await(Completion request) => request.Wait();
}
