using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

[assembly: KThreadRuntime.LockdepProject("Lockdep/Reports/FingerprintTests.cs")]

namespace KThreadRuntime.Tests.Reports;

/// <summary>What a fingerprint survives, and what it tells apart.</summary>
public class FingerprintTests
{
    [Fact]
    public void MovedLines_KeepIt() =>
        Assert.Equal(Of(Lock("a", 10), Lock("b", 20)), Of(Lock("a", 110), Lock("b", 220)));

    [Theory]
    [InlineData("/home/me/shop/Orders.cs")]
    [InlineData("C:\\build\\7\\s\\shop\\Orders.cs")]
    [InlineData("/_/shop/Orders.cs")]
    public void AnotherCheckout_KeepsIt(string file) =>
        Assert.Equal(Of(Lock("a", 10), Lock("b", 20)), Of(Lock("a", 10, file: file), Lock("b", 20, file: file)));

    [Fact]
    public void AnotherRotation_KeepsIt()
    {
        LockClass a = Lock("a", 10), b = Lock("b", 20), c = Lock("c", 30);

        Assert.Equal(Of(a, b, c), Of(c, a, b));
        Assert.NotEqual(Of(a, b, c), Of(a, c, b));
    }

    [Fact]
    public void OrderOfFirstUse_KeepsIt()
    {
        string Run(bool othersFirst)
        {
            using var lab = new Lab();

            // Of one name and member, so that a rank among all that is known would see them.
            KMutex[] first = [new KMutex(name: "a"), new KMutex(name: "a")];
            var a = new KMutex(name: "a");
            var b = new KMutex(name: "b");
            if (othersFirst)
            {
                lab.Thread("T0").Do(() => Array.ForEach(first, CrossReleaseTests.Pass));
            }

            lab.Thread("T1").Do(() => CircularRuleTests.Nest(a, b));
            lab.Thread("T2").Do(() => CircularRuleTests.Nest(b, a));
            return lab.Single().Fingerprint;
        }

        Assert.Equal(Run(othersFirst: false), Run(othersFirst: true));
    }

    [Fact]
    public void NameMemberSubclassAndKind_TellApart()
    {
        LockClass a = Lock("a", 10), b = Lock("b", 20);
        string[] all = [Of(a, b), Of(Lock("x", 10), b), Of(Lock("a", 10, member: "Other"), b), Of(Lock("a", 10, subclass: 1), b), Of(a, b, Lock("c", 30))];

        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.NotEqual(Of(a, a), Of(Lock("a", 10), Lock("a", 11)));
    }

    [Fact]
    public void TwoLinesOfOneMember_AreNumberedInTheRing()
    {
        Assert.Equal(Of(Lock("a", 10), Lock("a", 11)), Of(Lock("a", 21), Lock("a", 25)));
        Assert.NotEqual(Of(Lock("a", 10), Lock("a", 11), Lock("b", 5)), Of(Lock("a", 11), Lock("a", 10), Lock("b", 5)));
    }

    [Fact]
    public void Fault_IsToldApartByItsMember()
    {
        LockClass a = Lock("a", 10);
        string At(string member, int line) => Fingerprint.Of(new Fault(ReportKind.UnbalancedRelease, a, new CodeSite("x/Orders.cs", line, member), "text"));

        Assert.Equal(At("Pay", 40), At("Pay", 44));
        Assert.NotEqual(At("Pay", 40), At("Ship", 40));
    }

    [Fact]
    public void Project_NamesFilesByAssemblyAndPath()
    {
        using var lab = new Lab();
        Lockdep.Release(new LockdepMap("a"));

        Assert.Equal("KThreadRuntime.Tests:Lockdep/Reports/FingerprintTests.cs", ProjectFolders.Portable(lab.Single().SubjectSite));
        Assert.Equal("Orders.cs", ProjectFolders.Portable(new CodeSite("/elsewhere/Orders.cs", 1, "Pay")));
    }

    [Theory]
    [InlineData("", "/_/Shop/Project.cs", "/_/Shop/")]
    [InlineData("", "C:\\s\\Shop\\Project.cs", "C:/s/Shop/")]
    [InlineData("obj\\Debug\\Locks.g.cs", "/home/me/Shop/obj/Debug/Locks.g.cs", "/home/me/Shop/")]
    [InlineData("Other.cs", "/home/me/Shop/Project.cs", null)]
    public void Attribute_FindsTheFolder(string fileInProject, string file, string? folder) =>
        Assert.Equal(folder, new LockdepProjectAttribute(fileInProject, file).Folder);

    private static LockClass Lock(string name, int line, int subclass = 0, string file = "/src/shop/Orders.cs", string member = "Orders") =>
        SampleReports.Lock(name, line, subclass, file: file, member: member);

    private static string Of(params LockClass[] classes) => Fingerprint.Of(new Ring(ReportKind.Circular, classes, []));
}
