namespace KThreadRuntime.Tests;

/// <summary>Rings of completions alone: with a unit that was there before, they are turns; without one, two that both wait first.</summary>
public class RingDoubtsTests
{
    [Fact]
    public void NoUnitBefore_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        (LockdepMap empty, LockdepMap full) = Places();
        TakeTurns(lab, empty, full);

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void SignalledUnasked_IsCounted()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        (LockdepMap empty, LockdepMap full) = Places();
        lab.Thread("seeder").Do(() => Lockdep.Signal(empty));
        TakeTurns(lab, empty, full);

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.BelowThreshold);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Text_SaysWhyItIsOnlyCounted(bool isUnitThere)
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        (LockdepMap empty, LockdepMap full) = Places();
        if (isUnitThere)
        {
            lab.Thread("seeder").Do(() => Lockdep.Signal(empty));
        }

        TakeTurns(lab, empty, full);
        LockdepReport report = lab.Single();
        Assert.Equal(isUnitThere, report.Confidence == Confidence.ClassLevelOnly);
        Assert.Equal(isUnitThere, report.ToString().Contains("Note: contexts that take turns by completions alone hand a unit around", StringComparison.Ordinal));
        Assert.Equal(report.ToString(), LockdepReport.Parse(report.ToJson()).ToString());
    }

    [Fact]
    public void SignalledAfterAWait_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        (LockdepMap empty, LockdepMap full) = Places();
        lab.Thread("seeder").Do(() =>
        {
            Lockdep.EndWait(Lockdep.BeginWait(full));
            Lockdep.Signal(empty);
        });
        TakeTurns(lab, empty, full);

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void SignalledUnaskedAndTakenBack_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        (LockdepMap empty, LockdepMap full) = Places();
        lab.Thread("seeder").Do(() =>
        {
            Lockdep.Signal(empty);
            Lockdep.Reinitialized(empty);
        });
        TakeTurns(lab, empty, full);

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void DeclaredToBeOwed_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        (LockdepMap empty, LockdepMap full) = Places();
        lab.Thread("seeder").Do(() => Lockdep.Signal(empty));
        lab.Thread("producer").Do(() =>
        {
            Lockdep.Owe(full);
            Pass(empty);
            Lockdep.Signal(full);
        });
        lab.Thread("consumer").Do(() =>
        {
            Lockdep.Owe(empty);
            Pass(full);
            Lockdep.Signal(empty);
        });

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    private static (LockdepMap Empty, LockdepMap Full) Places() => (
        new LockdepMap("empty", kind: LockdepMapKind.Completion),
        new LockdepMap("full", kind: LockdepMapKind.Completion));

    /// <summary>Each waits for what the other signals, and then signals what the other waits for.</summary>
    private static void TakeTurns(Lab lab, LockdepMap empty, LockdepMap full)
    {
        Actor producer = lab.Thread("producer"), consumer = lab.Thread("consumer");
        WaitTicket ticket = default;
        consumer.Do(() => ticket = Lockdep.BeginWait(full));
        producer.Do(() =>
        {
            Pass(empty);
            Lockdep.Signal(full);
        });
        consumer.Do(() => Lockdep.EndWait(ticket));
        producer.Do(() => ticket = Lockdep.BeginWait(empty));
        consumer.Do(() =>
        {
            Pass(full);
            Lockdep.Signal(empty);
        });
        producer.Do(() => Lockdep.EndWait(ticket));
    }

    private static void Pass(LockdepMap completion) => Lockdep.EndWait(Lockdep.BeginWait(completion));
}
