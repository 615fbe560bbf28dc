using I915Reset;

namespace KThreadRuntime.Tests.Samples;

public class I915ModesTests
{
    private const string KernelChain = "(completion)&self->parked --> &mm->mmap_sem --> &dev->struct_mutex";

    [Fact]
    public void OneClassForAll_ReportsTheRingOfTheMail()
    {
        LockdepReport report = Assert.Single(Scenario.Play(ScenarioMode.OneClassForAll, Confidence.ClassLevelOnly).Reports);

        Assert.Equal(ReportKind.Circular, report.Kind);
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.Equal(KernelChain, report.Chain);
        Assert.StartsWith("gem_exec_captur/", report.Task, StringComparison.Ordinal);
        Assert.Equal("(completion)&self->parked", report.Wanted.Name);
        Assert.Equal(["&dev->struct_mutex", "(completion)&self->parked", "&mm->mmap_sem"], report.Steps.Select(s => s.Held.Name));
        Assert.Equal(["(completion)&self->parked", "&mm->mmap_sem", "&dev->struct_mutex"], report.Steps.Select(s => s.Wanted.Name));
        Assert.Equal(["kthread_park", "__might_fault", "i915_mutex_lock_interruptible"], report.Steps.Select(s => s.WantedSite.Member));
        Assert.Equal(["gem_exec_captur", "perf", "Xorg"], report.Steps.Select(s => s.Thread.Split('/')[0]));
        Assert.Equal([false, true, false], report.Steps.Select(s => s.IsOwed));
        Assert.Equal([LockMode.Exclusive, LockMode.Exclusive, LockMode.Shared], report.Steps.Select(s => s.HeldMode));
    }

    [Fact]
    public void OneClassForAll_GivesOneStackForEachStep()
    {
        LockdepReport report = Assert.Single(Scenario.Play(ScenarioMode.OneClassForAll, Confidence.ClassLevelOnly).Reports);

        AssertFrames(
            report.Steps[0].Stack,
            "kthread_park", "i915_gem_reset_prepare_engine", "i915_gem_reset_prepare", "i915_reset", "i915_reset_device", "i915_handle_error", "i915_wedged_set", "simple_attr_write", "vfs_write");
        AssertFrames(report.Steps[1].Stack, "__might_fault", "_copy_to_user", "perf_read");
        AssertFrames(report.Steps[2].Stack, "i915_mutex_lock_interruptible", "i915_gem_fault", "__do_fault", "handle_mm_fault", "__do_page_fault");
        AssertFrames(report.Stack, "kthread_park", "i915_reset_device", "vfs_write");
    }

    [Fact]
    public void OneClassForAll_TextShowsTheFieldsOfTheMailInOrder()
    {
        string text = Assert.Single(Scenario.Play(ScenarioMode.OneClassForAll, Confidence.ClassLevelOnly).Reports).ToKernelText();

        AssertInOrder(
            text,
            "WARNING: possible circular locking dependency detected\n",
            "confidence: class-level only",
            "is trying to wait for:\n    ((completion)&self->parked){....}-{4:4}, at: kthread_park",
            "while it holds:\n    (&dev->struct_mutex){+.+.}-{4:4}, at: i915_reset_device",
            "in reverse order",
            "-> #2 (&dev->struct_mutex)", "i915_mutex_lock_interruptible",
            "-> #1 (&mm->mmap_sem)", "__might_fault",
            "-> #0 ((completion)&self->parked)", "kthread_park",
            "Chain exists of:\n    " + KernelChain,
            "Thread-A (gem_exec_captur/", "k-Thread (Xorg/", "perf/",
            "acquire(&dev->struct_mutex);",
            "acquire_read(&mm->mmap_sem);", "acquire(&dev->struct_mutex);",
            "acquire_read(&mm->mmap_sem);",
            "wait((completion)&self->parked);",
            "complete((completion)&self->parked);", "never reached",
            "*** DEADLOCK ***",
            "3 locks held by gem_exec_captur/",
            " #0: (sb_writers){.+.+}-{4:4} read, at: vfs_write", " #1: (&attr->mutex){+.+.}-{4:4}, at: simple_attr_write", " #2: (&dev->struct_mutex){+.+.}-{4:4}, at: i915_reset_device",
            "What would end it: a class per creation site",
            "stack backtrace:", "i915_gem_reset_prepare_engine",
            "fingerprint: ");
    }

    [Fact]
    public void OneClassForAll_NamesTheSplitByCreationSite()
    {
        LockdepReport report = Assert.Single(Scenario.Play(ScenarioMode.OneClassForAll, Confidence.ClassLevelOnly).Reports);

        Assert.Equal(ClassPolicy.CreationSite, report.Split?.By);
        Assert.Equal("(completion)&self->parked", report.Split?.Class.Name);
    }

    [Theory]
    [InlineData(ScenarioMode.OneClassForAll)]
    [InlineData(ScenarioMode.OneSiteForAllEngines)]
    public void ClassLevelOnly_IsCountedAndNotReportedUnderTheDefaultThreshold(ScenarioMode mode)
    {
        LockdepValidator played = Scenario.Play(mode);

        Assert.Empty(played.Reports);
        Assert.Equal(1, played.Statistics.BelowThreshold);
    }

    [Fact]
    public void ClassPerCreationSite_IsQuietEvenWhenEverythingIsReported()
    {
        LockdepValidator played = Scenario.Play(ScenarioMode.ClassPerCreationSite, Confidence.ClassLevelOnly);

        Assert.Empty(played.Reports);
        Assert.Equal(0, played.Statistics.BelowThreshold);
        Assert.Contains(played.LockClasses, c => c.Name == "(kthread completion)->parked" && c.Site.Member == "CreateEngine");
        Assert.Contains(played.LockClasses, c => c.Name == "(kthread completion)->parked" && c.Site.Member == "CreateOther");
        Assert.Contains(played.LockClasses, c => c.Name == "(kthread completion)->exited" && c.Site.Member == "CreateOther");
    }

    [Fact]
    public void TrueBug_ReportsTheTwoLockRingAtTheDefaultThreshold()
    {
        LockdepReport report = Assert.Single(Scenario.Play(ScenarioMode.TrueBug).Reports);

        Assert.Equal("(kthread completion)->parked --> &dev->struct_mutex", report.Chain);
        Assert.Equal(Confidence.Certain, report.Confidence);
        Assert.Null(report.Split);
        Assert.Equal("CreateEngine", report.Wanted.Site.Member);
        AssertFrames(report.Steps[1].Stack, "i915_gem_fault", "__do_page_fault");
    }

    [Fact]
    public void OneSiteForAllEngines_SaysThatAClassPerInstanceOrAKeyDissolvesIt()
    {
        LockdepReport report = Assert.Single(Scenario.Play(ScenarioMode.OneSiteForAllEngines, Confidence.ClassLevelOnly).Reports);

        Assert.Equal("(kthread completion)->parked --> &mm->mmap_sem --> &dev->struct_mutex", report.Chain);
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.Equal(ClassPolicy.Instance, report.Split?.By);
        Assert.Contains("a class per instance for (kthread completion)->parked, or a LockClassKey for each", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OneSiteForAllEngines_GivenKeysIsQuiet() =>
        Assert.Empty(Scenario.Play(ScenarioMode.OneSiteForAllEngines, Confidence.ClassLevelOnly, givesKeys: true).Reports);

    [Fact]
    public void Fingerprint_IsTheSameInEveryRunAndDiffersBetweenRings()
    {
        string Run(ScenarioMode mode) => Assert.Single(Scenario.Play(mode, Confidence.ClassLevelOnly).Reports).Fingerprint;

        Assert.Equal(Run(ScenarioMode.OneClassForAll), Run(ScenarioMode.OneClassForAll));
        Assert.NotEqual(Run(ScenarioMode.OneClassForAll), Run(ScenarioMode.TrueBug));
    }

    private static void AssertFrames(LockdepStack? stack, params string[] innermostFirst)
    {
        Assert.NotNull(stack);
        AssertInOrder(stack.ToString(), [.. innermostFirst.Select(f => $".{f}(")]);
    }

    private static void AssertInOrder(string text, params string[] parts)
    {
        int from = 0;
        foreach (string part in parts)
        {
            int at = text.IndexOf(part, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"\"{part}\" is missing, or out of order, in:\n{text}");
            from = at + part.Length;
        }
    }
}
