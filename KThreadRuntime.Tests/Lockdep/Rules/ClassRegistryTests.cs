using System.Runtime.CompilerServices;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>The table of classes by itself: indices, numbers, families, and what becomes of them when classes go.</summary>
public class ClassRegistryTests
{
    private const int Resting = 1024;

    private readonly ClassTable _table = new();

    [Fact]
    public void Identity_IsResolvedToOneClass()
    {
        LockClass a = Add("a"), b = Add("b");

        Assert.Same(a, Add("a"));
        Assert.NotSame(a, b);
        Assert.Equal((1, 2, 2, 2), (a.Index, b.Index, _table.Count, _table.Highest));
        Assert.Equal((1L, 2L), (a.Number, b.Number));
        Assert.Same(b, _table[2]);
    }

    [Fact]
    public void NoIndexOfAClass_IsThatOfWhatIsUntracked()
    {
        Add("a");

        Assert.Same(_table.Untracked, _table[0]);
        Assert.Same(_table.Untracked, _table[5]);
        Assert.True(_table.Untracked.IsRetired);
        Assert.Equal("(untracked)", _table.Untracked.Name);
    }

    [Fact]
    public void FullTable_RefusesNewClasses_AndKnowsTheOld()
    {
        var table = new ClassTable(budget: 2);
        LockClass a = Add("a", table), b = Add("b", table);

        Assert.Same(table.Untracked, Add("c", table));
        Assert.Same(table.Untracked, Add("c", table));
        Assert.Equal((2L, 2), (table.Refused, table.Count));
        Assert.Same(a, Add("a", table));

        Go(table, b);
        Assert.NotSame(table.Untracked, Add("c", table));
        Assert.Equal(2, table.Refused);
    }

    [Fact]
    public void GrowingTable_KeepsAllClasses()
    {
        List<LockClass> all = [.. Enumerable.Range(0, 300).Select(i => Add($"c{i}"))];

        Assert.Equal(all, _table.Snapshot());
        Assert.All(all, c => Assert.Same(c, _table[c.Index]));
    }

    [Fact]
    public void AnyWait_IsOneClassOfACompletionThatSleeps()
    {
        LockClass wait = _table.AnyWait;

        Assert.Same(wait, _table.AnyWait);
        Assert.Equal(("(wait)", true, LockWaitType.Sleep), (wait.Name, wait.IsCompletion, wait.Traits.Outer));
    }

    [Fact]
    public void Subclasses_BearTheNameOfTheFirst_AndItsVersion()
    {
        LockClass other = Add("same", role: "x"), first = Add("same"), second = Resolve(_table, "same", "late", "", subclass: 1);

        Assert.Equal(("same", 1, "same", 2, "same", 2), (other.Name, other.Version, first.Name, first.Version, second.Name, second.Version));
        Assert.Same(first.Family, second.Family);
        Assert.Equal("same#2/1", second.DisplayName);
        Assert.Equal(3, Add("same", role: "y").Version);
    }

    [Fact]
    public void VersionOfAName_BeginsAnewWhenAllOfItHaveGone()
    {
        LockClass first = Add("same", role: "x"), second = Add("same", role: "y");
        Go(_table, first);
        Assert.Equal(3, Add("same", role: "z").Version);
        Assert.Equal(2, Add("same", role: "y").Version);

        Go(_table, second, Add("same", role: "z"));
        Assert.Equal(1, Add("same", role: "x").Version);
    }

    [Fact]
    public void Family_LastsAsLongAsOneOfIt()
    {
        LockClass zero = Add("same"), one = Resolve(_table, "same", "same", "", subclass: 1);
        Go(_table, zero);
        Assert.Same(one.Family, Resolve(_table, "same", "same", "", subclass: 2).Family);
        Assert.Equal(1, Add("same").Version);

        Go(_table, _table.Snapshot());
        Assert.NotSame(one.Family, Add("same").Family);
    }

    [Fact]
    public void ClassThatHasGone_IsFoundNoMore_AndGoesOnce()
    {
        LockClass a = Add("a"), b = Add("b");
        Go(_table, a);
        Go(_table, a);

        Assert.Equal(1, _table.Count);
        Assert.Same(_table.Untracked, _table[a.Index]);
        Assert.Equal([b], _table.Snapshot());
        LockClass again = Add("a");
        Assert.NotSame(a, again);
        Assert.Equal((3L, 3, 3), (again.Number, again.Index, _table.Highest));
    }

    [Fact]
    public void WhatIsUntracked_NeverGoes()
    {
        Go(_table, _table.Untracked);

        Assert.Equal((0, _table.Untracked), (_table.Count, _table[0]));
    }

    [Fact]
    public void ClassOfAnotherTable_TakesNoneAlong()
    {
        LockClass own = Add("a");
        Go(_table, Add("a", new ClassTable()));

        Assert.Equal([own], _table.Snapshot());
    }

    [Fact]
    public void Indices_RestUntilManyDo_AndThenAnEraEnds()
    {
        List<LockClass> all = [.. Enumerable.Range(0, Resting).Select(i => Add($"c{i}"))];
        Go(_table, all.Take(Resting - 1));
        Assert.Equal((0, 1), (_table.Era, _table.Count));
        Assert.Equal(Resting + 1, Add("fresh").Index);

        Go(_table, all.Skip(Resting - 1));
        Assert.Equal(1, _table.Era);
        LockClass[] reused = [.. Enumerable.Range(0, Resting).Select(i => Add($"again{i}"))];
        Assert.Equal(Enumerable.Range(1, Resting), reused.Select(c => c.Index).Order());
        Assert.Equal(Resting + 2, Add("more").Index);
    }

    [Fact]
    public void Snapshot_IsInTheOrderOfRegistration_WhateverTheIndices()
    {
        List<LockClass> all = [.. Enumerable.Range(0, Resting + 1).Select(i => Add($"c{i}"))];
        Go(_table, all.Take(Resting));
        LockClass late = Add("late");

        Assert.True(late.Index < all[Resting].Index);
        Assert.Equal([all[Resting], late], _table.Snapshot());
    }

    [Fact]
    public void ClassesOfAKey_AreThoseAlone()
    {
        LockClassKey key = new("key"), other = new("other");
        LockClass[] own = [OfKey(key, 0), OfKey(key, 1)];
        OfKey(other, 0);
        Add("a");

        Assert.Equal(own, _table.OfKey(key));
    }

    [Fact]
    public void Orphans_AreTheClassesWhoseOnlyInstanceIsDead()
    {
        var alive = new LockdepMap("alive");
        LockClass kept = Owned("kept", alive), orphan = OwnedByNobody("orphan");
        Add("none's");
        GC.Collect();

        Assert.Equal([orphan], _table.Orphans());
        Assert.False(kept.IsOrphan);
        GC.KeepAlive(alive);
    }

    [Fact]
    public void Sweep_IsDueWhenTheClassesOfInstancesHaveDoubled()
    {
        var alive = new LockdepMap("alive");
        List<LockClass> owned = [.. Enumerable.Range(0, 1023).Select(i => Owned($"o{i}", alive))];
        Enumerable.Range(0, 50).ToList().ForEach(i => Add($"c{i}"));
        Assert.False(_table.IsSweepDue);
        owned.Add(Owned("last", alive));
        Assert.True(_table.IsSweepDue);

        Assert.Empty(_table.Orphans());
        Assert.False(_table.IsSweepDue);
        owned.AddRange(Enumerable.Range(0, 1023).Select(i => Owned($"p{i}", alive)));
        Assert.False(_table.IsSweepDue);
        Owned("doubled", alive);
        Assert.True(_table.IsSweepDue);

        Go(_table, owned[0]);
        Assert.False(_table.IsSweepDue);
        GC.KeepAlive(alive);
    }

    [Fact]
    public void SweepThatFindsMany_IsDueAgainSoonButNotAtOnce()
    {
        var alive = new LockdepMap("alive");
        Enumerable.Range(0, 600).ToList().ForEach(i => Owned($"o{i}", alive));
        OwnedByNobody(600);
        GC.Collect();
        Assert.True(_table.IsSweepDue);
        Go(_table, _table.Orphans());

        // 600 are left, whose double is due.
        Enumerable.Range(0, 599).ToList().ForEach(i => Owned($"p{i}", alive));
        Assert.False(_table.IsSweepDue);
        Owned("doubled", alive);
        Assert.True(_table.IsSweepDue);
        GC.KeepAlive(alive);
    }

    private static void Go(ClassTable table, params IEnumerable<LockClass> classes) => table.Remove([.. classes]);

    private static LockClass Resolve(
        ClassTable table, string anchor, string name, string role, int subclass = 0, LockdepMap? owner = null, LockClassKey? key = null) => table.Resolve(
        new ClassIdentity(key ?? (object)anchor, default, "lock", role, subclass), name, CodeSite.Unknown, key,
        new ClassTraits(LockdepMapKind.Lock, LockWaitType.Sleep, LockWaitType.Sleep), owner);

    private LockClass Add(string name, ClassTable? table = null, string role = "") => Resolve(table ?? _table, name, name, role);

    private LockClass Owned(string name, LockdepMap owner) => Resolve(_table, name, name, "", owner: owner);

    private LockClass OfKey(LockClassKey key, int subclass) => Resolve(_table, "", "of a key", "", subclass, key: key);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private LockClass OwnedByNobody(string name) => Owned(name, new LockdepMap(name));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OwnedByNobody(int count) => Enumerable.Range(0, count).ToList().ForEach(i => OwnedByNobody($"n{i}"));
}
