namespace KThreadRuntime.Tests;

/// <summary>One thread, locks of two validators: neither can know, and both say so.</summary>
public class ForeignLocksTests
{
    [Fact]
    public void AcquireAndWait_UnderAnothersLock_AreCounted()
    {
        using var first = new Lab();
        var a = new KMutex(name: "a");
        using var second = new Lab();
        var b = new KMutex(name: "b");
        var done = new Completion(name: "done");
        first.Thread("T").Do(() =>
        {
            a.Acquire();
            b.Acquire();
            b.Release();
            done.Complete();
            done.Wait();
            a.Release();
        });

        Assert.Equal(2, second.Validator.Statistics.AcquiresUnderForeignLocks);
        Assert.Equal(0, first.Validator.Statistics.AcquiresUnderForeignLocks);
    }

    [Fact]
    public void AcquireOfTheEarlierValidator_IsCountedThere()
    {
        using var first = new Lab();
        var a = new KMutex(name: "a");
        using var second = new Lab();
        var b = new KMutex(name: "b");
        first.Thread("T").Do(() => CircularRuleTests.Nest(b, a));

        Assert.Equal(1, first.Validator.Statistics.AcquiresUnderForeignLocks);
        Assert.Equal(0, second.Validator.Statistics.AcquiresUnderForeignLocks);
    }

    [Fact]
    public void OneAfterTheOther_IsNot()
    {
        using var first = new Lab();
        var a = new KMutex(name: "a");
        using var second = new Lab();
        var b = new KMutex(name: "b");
        first.Thread("T").Do(() =>
        {
            a.Acquire();
            a.Release();
            b.Acquire();
            b.Release();
        });

        Assert.Equal(0, first.Validator.Statistics.AcquiresUnderForeignLocks + second.Validator.Statistics.AcquiresUnderForeignLocks);
    }
}
