using KThreadRuntime;

namespace Stress.Soak;

/// <content>Misdeeds of real primitives: done one after the other, so that nothing blocks.</content>
internal sealed partial class Misdeed
{
    private const int OnMaps = 9;
    private const int Kinds = OnMaps + 6;

    private static Misdeed OfPrimitives(int number) => (number % Kinds) switch
    {
        OnMaps => SpinningInversion(number),
        OnMaps + 1 => UnitInversion(number),
        OnMaps + 2 => FlowInversion(number),
        OnMaps + 3 => FlushUnderLock(number),
        OnMaps + 4 => StopUnderLock(number),
        _ => TransactionInversion(number),
    };

    private static Misdeed SpinningInversion(int number)
    {
        var misdeed = new Misdeed(number, "spinning");
        var a = new KRwLock(key: misdeed.Key("a"));
        var b = new KRwLock(key: misdeed.Key("b"));
        misdeed.Then(0, () => Nest(a.EnterWrite, b.EnterRead));
        misdeed.Then(1, () => Nest(b.EnterWrite, a.EnterRead));
        return misdeed;
    }

    /// <summary>A unit of a semaphore is used as a lock, in both orders with a mutex.</summary>
    private static Misdeed UnitInversion(int number)
    {
        var misdeed = new Misdeed(number, "unit");
        var units = new KSemaphore(1, key: misdeed.Key("units"));
        var a = new KMutex(misdeed.Key("a"));
        misdeed.Then(0, () => Nest(units.Enter, a.Enter));
        misdeed.Then(1, () => Nest(a.Enter, units.Enter));
        return misdeed;
    }

    private static Misdeed FlowInversion(int number)
    {
        var misdeed = new Misdeed(number, "flow");
        var flow = new KAsyncMutex(misdeed.Key("flow"));
        var a = new KMutex(misdeed.Key("a"));
        misdeed.Then(0, () => Nest(flow.Enter, a.Enter));
        misdeed.Then(1, () => Nest(a.Enter, flow.Enter));
        return misdeed;
    }

    /// <summary>The work takes a lock; later somebody flushes it under that lock.</summary>
    private static Misdeed FlushUnderLock(int number)
    {
        var misdeed = new Misdeed(number, "flush");
        var a = new KMutex(misdeed.Key("a"));
        KThreadWorker worker = KThreadWorker.Create(key: misdeed.Key("worker"));
        var work = new KThreadWork(_ => Nest(a.Enter), key: misdeed.Key("work"));
        misdeed.Then(0, () =>
        {
            worker.Queue(work);
            worker.FlushWork(work);
        });
        misdeed.Then(1, () => Nest(a.Enter, () => worker.FlushWork(work)));
        misdeed.Then(0, worker.Dispose);
        return misdeed;
    }

    /// <summary>The thread takes a lock before it ends; somebody stops it under that lock.</summary>
    private static Misdeed StopUnderLock(int number)
    {
        var misdeed = new Misdeed(number, "stop");
        var a = new KMutex(misdeed.Key("a"));
        KThread? thread = null;
        misdeed.Then(0, () =>
        {
            thread = KThread.Run(
                _ =>
                {
                    Nest(a.Enter);
                    return 0;
                },
                key: misdeed.Key("thread"));

            // Else it could really wait for the lock while it is stopped.
            SpinWait.SpinUntil(() => thread.HasExited);
        });
        misdeed.Then(1, () => Nest(a.Enter, () => thread!.Stop()));
        return misdeed;
    }

    /// <summary>A mutex of a transaction, and one that is in none, in both orders.</summary>
    private static Misdeed TransactionInversion(int number)
    {
        var misdeed = new Misdeed(number, "transaction");
        var w = new WwMutex(new WwClass($"{misdeed.Name}.ww"));
        var a = new KMutex(misdeed.Key("a"));
        misdeed.Then(0, () => Nest(a.Enter, w.Enter));
        misdeed.Then(1, () =>
        {
            using var context = new WwAcquireContext(w.Class);
            w.Acquire(context);
            context.Done();
            Nest(a.Enter);
            w.Release();
        });
        return misdeed;
    }

    private LockClassKey Key(string name) => new($"{Name}.{name}");

    /// <summary>Enters one after the other, and leaves them.</summary>
    private static void Nest(params Func<Action>[] enter)
    {
        var exits = new Stack<Action>();
        foreach (Func<Action> next in enter)
        {
            exits.Push(next());
        }

        while (exits.Count > 0)
        {
            exits.Pop()();
        }
    }

    private static void Nest(Func<Action> enter, Action inside)
    {
        Action exit = enter();
        inside();
        exit();
    }
}
