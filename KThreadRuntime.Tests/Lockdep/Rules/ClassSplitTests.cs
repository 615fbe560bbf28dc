using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class ClassSplitTests
{
    private static readonly CodeSite _creation = new("creation.cs", 1, "Make"), _wait = new("wait.cs", 2, "Await"), _found = new("found.cs", 3, "Find");

    private readonly LockClass _coarse = new Rings().Lock("coarse");
    private readonly ClassIdentity _identity = new("anchor", _found, "kind", "role", 3);

    [Fact]
    public void Instance_AnchorsTheClass() =>
        Assert.Equal(new ClassIdentity(77L, default, "kind", "role", 3), Refined(ClassPolicy.Instance));

    [Fact]
    public void WaitSite_TellsApartByWhereItIsWaitedFor() =>
        Assert.Equal(new ClassIdentity(_coarse, _wait, "kind", "role", 3), Refined(ClassPolicy.WaitSite));

    [Fact]
    public void Subclass_KeepsOneClassAndItsDepths() =>
        Assert.Equal(new ClassIdentity(_coarse, default, "kind", "role", 3), Refined(ClassPolicy.Subclass));

    [Fact]
    public void CreationSite_TellsApartByWhereItWasCreated() =>
        Assert.Equal(new ClassIdentity(_coarse, _creation, "kind", "role", 3), Refined(ClassPolicy.CreationSite));

    private ClassIdentity Refined(ClassPolicy by) => new ClassSplit(_coarse, by).Refine(_identity, 77, _creation, _wait);
}
