using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class ClassSplitTableTests
{
    private readonly ClassTable _table = new();

    [Fact]
    public void Split_IsThatOfAllSubclasses_AndRetiresThem()
    {
        LockClass zero = Add("a", 0), one = Add("a", 1), other = Add("b", 0);
        Assert.False(_table.AnySplit);
        Assert.Null(_table.SplitOf(zero.Identity));

        Assert.Equal([zero, one], _table.Split(one, ClassPolicy.Instance));
        Assert.True(_table.AnySplit);
        Assert.Equal(new ClassSplit(one, ClassPolicy.Instance), _table.SplitOf(zero.Identity));
        Assert.Equal(new ClassSplit(one, ClassPolicy.Instance), _table.SplitOf(zero.Identity with { Subclass = 5 }));
        Assert.Null(_table.SplitOf(other.Identity));
    }

    [Fact]
    public void ClassThatHasRetired_IsNotSplit()
    {
        LockClass gone = Add("a", 0);
        gone.IsRetired = true;

        Assert.Empty(_table.Split(gone, ClassPolicy.Instance));
        Assert.False(_table.AnySplit);
    }

    private LockClass Add(string name, int subclass) => _table.Resolve(
        new ClassIdentity(name, default, "lock", "", subclass), name, CodeSite.Unknown, null,
        new ClassTraits(LockdepMapKind.Lock, LockWaitType.Sleep, LockWaitType.Sleep));
}
