using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class OrderVerdictTests
{
    private readonly LockdepMap _held, _wanted;

    public OrderVerdictTests()
    {
        var rings = new Rings();
        (_held, _wanted) = (rings.Untouched(), rings.Untouched());
    }

    [Fact]
    public void OrderThatAgrees_PassesWithoutAWord() =>
        Assert.Equal(new ClassOrder.Verdict(true, null, ""), Judge(-5, 7));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, -1)]
    [InlineData(int.MaxValue, int.MinValue)]
    public void OrderThatDisagrees_SettlesThePair_AndIsToldWithItsValue(int forth, int back)
    {
        ClassOrder.Verdict verdict = Judge(forth, back);

        Assert.Equal((true, ReportKind.Recursive), (verdict.Passes, verdict.Fault));
        Assert.Equal(
            $"acquires <{_wanted.Id}> while it holds <{_held.Id}>, against the order given: the comparison says {forth}.", verdict.Detail);
    }

    [Theory]
    [InlineData(-1, -1, true)]
    [InlineData(-1, 0, true)]
    [InlineData(0, -1, false)]
    [InlineData(0, 1, false)]
    [InlineData(2, 2, false)]
    public void OrderThatContradictsItself_SettlesOnlyWhatItAllows(int forth, int back, bool passes)
    {
        ClassOrder.Verdict verdict = Judge(forth, back);

        Assert.Equal((passes, ReportKind.OrderNotAntisymmetric), (verdict.Passes, verdict.Fault));
        Assert.Equal($"is told {forth} for <{_held.Id}> and <{_wanted.Id}>, and {back} the other way round.", verdict.Detail);
    }

    [Fact]
    public void InstanceWithoutDescription_IsCalledByItsNumber()
    {
        foreach (Func<LockdepMap, string>? describe in new Func<LockdepMap, string>?[] { null, _ => null! })
        {
            string detail = new ClassOrder((_, _) => 0, describe).Judge(_held, _wanted).Detail;

            Assert.StartsWith($"acquires #{_wanted.Id} while it holds #{_held.Id}, ", detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DescriptionThatThrows_IsToldInItsPlace()
    {
        string detail = new ClassOrder((_, _) => 0, _ => throw new FormatException("no words")).Judge(_held, _wanted).Detail;

        Assert.StartsWith($"acquires #{_wanted.Id} (its description threw FormatException) while", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ComparisonThatThrows_SettlesNothing()
    {
        ClassOrder.Verdict verdict = new ClassOrder((_, _) => throw new FormatException("no order"), null).Judge(_held, _wanted);

        Assert.Equal(
            new ClassOrder.Verdict(false, ReportKind.Misuse, "compares instances of it in a function that threw FormatException: no order"), verdict);
    }

    private ClassOrder.Verdict Judge(int forth, int back) =>
        new ClassOrder((x, _) => ReferenceEquals(x, _held) ? forth : back, m => $"<{m.Id}>").Judge(_held, _wanted);
}
