namespace KThreadRuntime.Tests;

/// <summary>The nested acquires that end with a scope, and those of the read side.</summary>
public class NestedScopeTests
{
    private readonly LockClassKey _key = new("family");

    public static TheoryData<bool> Ways => [true, false];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Mutex_NestsInItsClass(bool bySubclass) => IsQuiet(outer =>
    {
        KMutex a = new(_key), b = new(_key);
        using (bySubclass ? a.EnterScope() : a.EnterNestedScope(outer))
        using (bySubclass ? b.EnterNestedScope(1) : b.EnterNestedScope(outer))
        {
            Assert.True(b.IsHeldByCurrentThread);
        }

        Assert.False(a.IsHeldByCurrentThread || b.IsHeldByCurrentThread);
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void SpinLock_NestsInItsClass(bool bySubclass) => IsQuiet(outer =>
    {
        KSpinLock a = new(_key), b = new(_key);
        using (bySubclass ? a.EnterScope() : a.EnterNestedScope(outer))
        using (bySubclass ? b.EnterNestedScope(1) : b.EnterNestedScope(outer))
        {
            Assert.True(b.IsHeldByCurrentThread);
        }

        Assert.False(a.IsHeldByCurrentThread || b.IsHeldByCurrentThread);
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void RawSpinLock_NestsInItsClass(bool bySubclass) => IsQuiet(outer =>
    {
        KRawSpinLock a = new(_key), b = new(_key);
        using (bySubclass ? a.EnterScope() : a.EnterNestedScope(outer))
        using (bySubclass ? b.EnterNestedScope(1) : b.EnterNestedScope(outer))
        {
            Assert.True(b.IsHeldByCurrentThread);
        }

        Assert.False(a.IsHeldByCurrentThread || b.IsHeldByCurrentThread);
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void RtMutex_NestsInItsClass(bool bySubclass) => IsQuiet(outer =>
    {
        KRtMutex a = new(_key), b = new(_key);
        using (bySubclass ? a.EnterScope() : a.EnterNestedScope(outer))
        using (bySubclass ? b.EnterNestedScope(1) : b.EnterNestedScope(outer))
        {
            Assert.True(b.IsHeldByCurrentThread);
        }

        Assert.False(a.IsHeldByCurrentThread || b.IsHeldByCurrentThread);
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void RwSemaphore_NestsInItsClass(bool bySubclass) => IsQuiet(outer =>
    {
        KRwSemaphore a = new(_key), b = new(_key), c = new(_key);
        using (bySubclass ? a.EnterWriteScope() : a.EnterWriteNestedScope(outer))
        using (bySubclass ? b.EnterWriteNestedScope(1) : b.EnterWriteNestedScope(outer))
        using (bySubclass ? c.EnterReadNestedScope(2) : c.EnterReadNestedScope(outer))
        {
            Assert.True(b.IsWriteHeldByCurrentThread);
            Assert.Equal(1, c.CurrentReaderCount);
        }

        Assert.False(a.IsWriteHeldByCurrentThread || b.IsWriteHeldByCurrentThread);
        Assert.Equal(0, c.CurrentReaderCount);
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void RwLock_NestsInItsClass(bool bySubclass) => IsQuiet(outer =>
    {
        KRwLock a = new(key: _key), b = new(key: _key), c = new(key: _key);
        using (bySubclass ? a.EnterWriteScope() : a.EnterWriteNestedScope(outer))
        using (bySubclass ? b.EnterWriteNestedScope(1) : b.EnterWriteNestedScope(outer))
        using (bySubclass ? c.EnterReadNestedScope(2) : c.EnterReadNestedScope(outer))
        {
            Assert.True(b.IsWriteHeldByCurrentThread);
            Assert.Equal(1, c.CurrentReaderCount);
        }

        Assert.False(a.IsWriteHeldByCurrentThread || b.IsWriteHeldByCurrentThread);
        Assert.Equal(0, c.CurrentReaderCount);
    });

    [Fact]
    public void ReadUnderTheSameSubclass_Reports()
    {
        using var lab = new Lab(Lab.Kernel);
        KRwSemaphore a = new(_key), b = new(_key);
        using (a.EnterReadNestedScope(1))
        using (b.EnterReadNestedScope(1))
        {
        }

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Fact]
    public void ReadByTheWriter_IsRefused()
    {
        using var lab = new Lab();
        KRwLock a = new(key: _key);
        a.AcquireWrite();

        Assert.Throws<LockRecursionException>(() => a.AcquireReadNested(1));
        a.ReleaseWrite();
    }

    /// <summary>Plays under the kernel's policy, which reports every nesting in a class that nothing explains.</summary>
    private static void IsQuiet(Action<LockdepMap?> body)
    {
        using var lab = new Lab(Lab.Kernel);
        var outer = new LockdepMap("outer lock", new LockClassKey("outer"));
        Lockdep.Acquire(outer);
        body(outer);
        Lockdep.Release(outer);
        lab.IsQuiet();
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }
}
