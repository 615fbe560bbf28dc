using KThreadRuntime;

namespace Stress.Soak;

/// <summary>
/// Something two threads did in turn that could deadlock, or that breaks a rule, on classes of its own. <see cref="Play"/>
/// runs it step by step, each on the thread of its number. Most are played on maps, so that nothing blocks.
/// </summary>
internal sealed partial class Misdeed
{
    private readonly List<(int Thread, Action Do)> _steps = [];

    private Misdeed(int number, string what)
    {
        Name = $"{what}{number}";
    }

    /// <summary>Names the misdeed, and every class in it begins with this.</summary>
    internal string Name { get; }

    /// <summary>All kinds there are, by number.</summary>
    internal static Misdeed Of(int number) => (number % Kinds) switch
    {
        0 => Inversion(number, "inversion", LockMode.Exclusive),
        1 => Inversion(number, "read inversion", LockMode.Shared),
        2 => RingOfThree(number),
        3 => Self(number),
        4 => ReadUpgrade(number),
        5 => WaitUnderLock(number, beforeSignal: true),
        6 => WaitUnderLock(number, beforeSignal: false),
        7 => RingOfCompletions(number),
        8 => SiblingsBothWays(number),
        _ => OfPrimitives(number),
    };

    /// <summary>Does it, on two threads of its own that take turns.</summary>
    internal void Play()
    {
        int next = 0;
        Fuzz.Relay.Run(2, self =>
        {
            while (next < _steps.Count && _steps[next].Thread == self)
            {
                _steps[next++].Do();
            }

            return next == _steps.Count ? -1 : _steps[next].Thread;
        });
    }

    private static Misdeed Inversion(int number, string what, LockMode mode)
    {
        var misdeed = new Misdeed(number, what);
        LockdepMap a = misdeed.Lock("a"), b = misdeed.Lock("b");
        misdeed.Nest(0, a, b, mode);
        misdeed.Nest(1, b, a, LockMode.Exclusive);
        return misdeed;
    }

    private static Misdeed RingOfThree(int number)
    {
        var misdeed = new Misdeed(number, "ring");
        LockdepMap a = misdeed.Lock("a"), b = misdeed.Lock("b"), c = misdeed.Lock("c");
        misdeed.Nest(0, a, b, LockMode.Exclusive);
        misdeed.Nest(1, b, c, LockMode.Exclusive);
        misdeed.Nest(0, c, a, LockMode.Exclusive);
        return misdeed;
    }

    private static Misdeed Self(int number)
    {
        var misdeed = new Misdeed(number, "self");
        LockdepMap a = misdeed.Lock("a");
        misdeed.Nest(0, a, a, LockMode.Exclusive);
        return misdeed;
    }

    private static Misdeed ReadUpgrade(int number)
    {
        var misdeed = new Misdeed(number, "upgrade");
        LockdepMap a = misdeed.Lock("a");
        misdeed.Nest(0, a, a, LockMode.Shared);
        return misdeed;
    }

    private static Misdeed WaitUnderLock(int number, bool beforeSignal)
    {
        var misdeed = new Misdeed(number, beforeSignal ? "wait" : "predicted wait");
        LockdepMap a = misdeed.Lock("a"), done = misdeed.Completion("done");
        WaitTicket ticket = default;
        if (beforeSignal)
        {
            misdeed.Then(0, () => Lockdep.Acquire(a));
            misdeed.Then(0, () => ticket = Lockdep.BeginWait(done));
        }

        misdeed.Then(1, () => Lockdep.Acquire(a));
        misdeed.Then(1, () => Lockdep.Release(a));
        misdeed.Then(1, () => Lockdep.Signal(done));
        if (!beforeSignal)
        {
            misdeed.Then(0, () => Lockdep.Acquire(a));
            misdeed.Then(0, () => ticket = Lockdep.BeginWait(done));
        }

        misdeed.Then(0, () => Lockdep.EndWait(ticket));
        misdeed.Then(0, () => Lockdep.Release(a));
        return misdeed;
    }

    /// <summary>Each thread waits for the other's completion before it signals its own.</summary>
    private static Misdeed RingOfCompletions(int number)
    {
        var misdeed = new Misdeed(number, "completions");
        LockdepMap mine = misdeed.Completion("mine"), yours = misdeed.Completion("yours");
        for (int thread = 0; thread < 2; thread++)
        {
            LockdepMap own = thread == 0 ? mine : yours, other = thread == 0 ? yours : mine;
            WaitTicket ticket = default;
            misdeed.Then(thread, () => Lockdep.Owe(own));
            misdeed.Then(thread, () => ticket = Lockdep.BeginWait(other));
            misdeed.Then(1 - thread, () => Lockdep.Signal(other));
            misdeed.Then(thread, () => Lockdep.EndWait(ticket));
            misdeed.Then(thread, () => Lockdep.Signal(own));
        }

        return misdeed;
    }

    private static Misdeed SiblingsBothWays(int number)
    {
        var misdeed = new Misdeed(number, "siblings");
        var key = new LockClassKey($"{misdeed.Name}.a");
        LockdepMap first = new(key: key), second = new(key: key);
        misdeed.Nest(0, first, second, LockMode.Exclusive);
        misdeed.Nest(1, second, first, LockMode.Exclusive);
        return misdeed;
    }

    private LockdepMap Lock(string name) => new(key: new LockClassKey($"{Name}.{name}"));

    private LockdepMap Completion(string name) => new(key: new LockClassKey($"{Name}.{name}"), kind: LockdepMapKind.Completion);

    private void Nest(int thread, LockdepMap outer, LockdepMap inner, LockMode outerMode)
    {
        Then(thread, () => Lockdep.Acquire(outer, outerMode));
        Then(thread, () => Lockdep.Acquire(inner));
        Then(thread, () => Lockdep.Release(inner));
        Then(thread, () => Lockdep.Release(outer));
    }

    private void Then(int thread, Action action) => _steps.Add((thread, action));
}
