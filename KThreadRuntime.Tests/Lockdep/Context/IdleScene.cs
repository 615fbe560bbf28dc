namespace KThreadRuntime.Tests;

/// <summary>What a server does, step by step, on the test's thread; see <see cref="IdlePointTests"/>.</summary>
internal sealed class IdleScene : IDisposable
{
    private readonly Lab _lab = new(Lab.Everything);
    private readonly LockdepMap _a = new("a");
    private readonly LockdepMap _answer = new("answer", kind: LockdepMapKind.Completion);

    internal LockdepMap Request { get; } = new("request", kind: LockdepMapKind.Completion);

    internal LockdepMap C { get; } = new("c", kind: LockdepMapKind.Completion);

    internal Actor Client => _lab.Thread("client");

    internal LockdepStatistics Statistics => _lab.Validator.Statistics;

    internal long Generation => _lab.Validator.Clock.Now;

    internal IEnumerable<(string From, string To)> Learned =>
        _lab.Validator.SnapshotDependencies().Select(d => (d.From.DisplayName, d.To.DisplayName));

    public void Dispose() => _lab.Dispose();

    internal void Idle(LockdepMap? request = null, int line = 7, string file = "Server.cs") =>
        Lockdep.EndWait(Lockdep.BeginWait(request ?? Request, isTimed: false, file, line, "Serve"));

    internal void Pass() => Maps.Under(_a, () => { });

    internal void Answer() => Lockdep.Signal(_answer);

    internal void SignalC() => Lockdep.Signal(C);

    /// <summary>
    /// Waits, passes the lock and answers; comes back to wait, and signals <c>c</c>. Somebody blocks in between. The wait is
    /// <see cref="Idle"/> where nothing else is said, and the second is as the first.
    /// </summary>
    internal void TwoTurns(Action? wait = null, Action? comeBack = null)
    {
        wait ??= () => Idle();
        wait();
        _lab.Validator.Clock.Advance();
        Pass();
        Answer();
        (comeBack ?? wait)();
        SignalC();
    }

    internal void Predicts(bool expected) => Assert.Equal(expected, Learned.Contains(("(completion)c", "a")));
}
