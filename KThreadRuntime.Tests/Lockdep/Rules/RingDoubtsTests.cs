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

    /// <summary>A client asks a server under its lock. The third of the story is that somebody else would need the lock to ask.</summary>
    [Theory]
    [InlineData("asked", 0)]
    [InlineData("others", 1)]
    [InlineData("the waiter", 1)]
    public void AnswerAwaitedUnderALock_ReportsUnlessItWasAskedFor(string what, int reports)
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var gate = new KMutex(name: "gate");
        var asked = new Completion(name: "asked");
        var other = new Completion(name: "other");
        var answered = new Completion(name: "answered");
        Actor client = lab.Thread("client"), server = lab.Thread("server");
        WaitTicket ticket = default;
        server.Do(() => ticket = Lockdep.BeginWait(asked.Map!));
        lab.Thread("another client").Do(() => CrossReleaseTests.Under(gate, () => Lockdep.Signal(asked.Map!)));
        server.Do(() => Lockdep.EndWait(ticket));
        client.Do(() =>
        {
            gate.Acquire();
            (what == "asked" ? asked : what == "others" ? other : answered).Complete();
            answered.TryWait();
            ticket = Lockdep.BeginWait(answered.Map!);
        });
        server.Do(() =>
        {
            Pass(asked.Map!);
            Lockdep.Signal(answered.Map!);
        });
        client.Do(() =>
        {
            Lockdep.EndWait(ticket);
            gate.Release();
        });

        Assert.Equal(reports, lab.Reports.Count);
        Assert.Equal(1 - reports, lab.Validator.Statistics.BelowThreshold);
    }

    [Fact]
    public void ServerOfManyClients_IsQuiet()
    {
        using var lab = new Lab();
        var gate = new KMutex(name: "gate");
        var requests = new KSemaphore(0, name: "requests");
        var asked = new System.Collections.Concurrent.ConcurrentQueue<Completion>();
        Actor server = lab.Thread("server");
        const int Each = 40;
        Actor.Job serves = server.Begin(() =>
        {
            for (int i = 0; i < 2 * Each; i++)
            {
                requests.Acquire();
                asked.TryDequeue(out Completion? answer);
                answer!.Complete();
            }
        });
        Actor.Job[] clients = [.. new[] { "T1", "T2" }.Select(name => lab.Thread(name).Begin(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                using (gate.EnterScope())
                {
                    var answer = new Completion(name: "answer");
                    asked.Enqueue(answer);
                    requests.Release();
                    answer.Wait();
                }
            }
        }))];
        Array.ForEach(clients, c => c.Finish());
        serves.Finish();

        lab.IsQuiet();
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
