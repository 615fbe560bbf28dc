namespace KThreadRuntime.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("", "....")]
    [InlineData("L(A) U(A)", "+.+.")]
    [InlineData("r.L(A) r.U(A)", ".+.+")]
    [InlineData("L(A) U(A) r.L(A) r.U(A)", "++++")]
    [InlineData("-H L(A) U(A)", "....")]
    [InlineData("-S L(A) U(A)", "+...")]
    [InlineData("-H L(A) +H", "+.+.")]
    [InlineData("-S L(A) +S", "+.+.")]
    [InlineData("-H -S L(A) +S", "....")]
    [InlineData("-H -S L(A) +H", "+...")]
    [InlineData("hirq{ L(A) U(A) }", "-...")]
    [InlineData("hirq{ r.L(A) r.U(A) }", ".-..")]
    [InlineData("sirq{ L(A) U(A) }", "+.-.")]
    [InlineData("sirq{ -H L(A) U(A) }", "..-.")]
    [InlineData("sirq{ -H r.L(A) r.U(A) }", "...-")]
    [InlineData("sirq{ hirq{ L(A) U(A) } }", "-.-.")]
    [InlineData("hirq{ L(A) U(A) } L(A) U(A)", "?.+.")]
    [InlineData("L(A) hirq{ } U(A)", "+.+.")]
    [InlineData("-H L(A) hirq{ } U(A) +H", "+...")]
    [InlineData("-S L(A) sirq{ } U(A) +S", "+.+.")]
    public void Uses_AreWrittenAsTheKernelDoes(string sequence, string usage)
    {
        using var lab = new Lab();
        new HandlerNotation("spin", queuedReads: false).Play("m.L(B) m.U(B) " + sequence);

        Assert.Equal(usage, lab.Validator.LockClasses.SingleOrDefault(c => c.Name == "A")?.Usage ?? "....");
    }

    [Fact]
    public void FirstOfEachState_IsKept()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a", waitType: LockWaitType.Spin);
        lab.Thread("first").Do(() => Pass(a));
        lab.Thread("second").Do(() => Pass(a));
        lab.Thread("third").Do(() =>
        {
            using (Lockdep.EnterHandler(HandlerLevel.Hard))
            {
                Pass(a);
            }
        });

        string? detail = lab.Single().Detail;
        Assert.Contains("first/", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("second/", detail, StringComparison.Ordinal);
    }

    private static void Pass(LockdepMap map)
    {
        Lockdep.Acquire(map);
        Lockdep.Release(map);
    }
}
