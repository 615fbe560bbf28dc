namespace KThreadRuntime.Tests;

/// <summary>Several locks that one line makes.</summary>
public class NamesOfOneLineTests
{
    [Fact]
    public void TwoLiterals_AreTwoClasses()
    {
        using var lab = new Lab();
        KMutex x = new(name: "x"), y = new(name: "y");
        lab.Thread("T1").Do(() => Nest(x, y));
        lab.Thread("T2").Do(() => Nest(y, x));

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Circular, report.Kind);
        Assert.Equal(["x", "y"], report.Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OneLiteral_IsOneClass()
    {
        using var lab = new Lab();
        KMutex[] two = [.. Enumerable.Range(0, 2).Select(_ => new KMutex(name: "x"))];
        lab.Thread("T1").Do(() => Nest(two[0], two[1]));

        Assert.Equal("x", Assert.Single(lab.Validator.LockClasses).DisplayName);
    }

    [Fact]
    public void NamesMadeAtRunTime_AreOneClassByTheFirst()
    {
        using var lab = new Lab();
        KMutex[] two = [.. Enumerable.Range(0, 2).Select(i => new KMutex(name: $"account {i}"))];
        lab.Thread("T1").Do(() => Nest(two[0], two[1]));

        Assert.Equal("account 0", Assert.Single(lab.Validator.LockClasses).DisplayName);
    }

    private static void Nest(KMutex outer, KMutex inner) => CrossReleaseTests.Under(outer, () => CrossReleaseTests.Pass(inner));
}
