using System.Linq.Expressions;

namespace KThreadRuntime.Tests.Reports;

/// <summary>One program for each text of <c>KernelTexts</c>, whose only report it is. Places are given, so that they do not move.</summary>
internal static class KernelScenes
{
    private const string File = "/_/Shop/Orders.cs";

    /// <summary>The scenes by the names of their texts: the kind, and what tells it from others of the kind.</summary>
    internal static IReadOnlyDictionary<string, Action<Lab>> All { get; } = new Dictionary<string, Action<Lab>>
    {
        ["Circular"] = lab => InTwoOrders(lab, Lock("a", 1), Lock("b", 2)),
        ["Circular-reads"] = Readers,
        ["Circular-completions"] = Completions,
        ["Circular-stall"] = lab => WaitUnderLock(lab, isTimed: true),
        ["Circular-wait"] = lab => WaitUnderLock(lab, isTimed: false),
        ["Recursive"] = lab =>
        {
            LockdepMap[] accounts = [.. Enumerable.Range(0, 2).Select(_ => Lock("account", 1))];
            InTwoOrders(lab, accounts[0], accounts[1]);
        },
        ["Recursive-itself"] = lab => OnT1(lab, () => Nest(Lock("a", 1), 10, null, 11)),
        ["UnbalancedRelease"] = lab => OnT1(lab, () => Under(Lock("b", 2), 10, () => Lockdep.Release(Lock("a", 1), File, 11, "First"))),
        ["HandlerOrder"] = lab =>
        {
            LockdepMap a = Spin("a", 1), b = Spin("b", 2);
            lab.Thread("T1").Do(() => InHandler(a, 10));
            lab.Thread("T2").Do(() => Pass(b, 20));
            lab.Thread("T3").Do(() => Masked(() => Nest(a, 30, b, 31)));
        },
        ["HandlerOrder-signal"] = SignalInAHandlersOrder,
        ["InconsistentState"] = lab =>
        {
            LockdepMap a = Spin("a", 1);
            lab.Thread("T1").Do(() => InHandler(a, 10));
            lab.Thread("T2").Do(() => Pass(a, 20));
        },
        ["InconsistentState-itself"] = lab => OnT1(lab, () =>
        {
            LockdepMap a = Spin("a", 1);
            Masked(() => Under(a, 10, () => InHandler(a, 11)));
        }),
        ["HandlerInversion"] = lab => Inversion(lab, handlerLast: true),
        ["HandlerInversion-unsafe"] = lab => Inversion(lab, handlerLast: false),
        ["InvalidWaitContext"] = lab => OnT1(lab, () => Nest(Spin("a", 1), 10, Lock("b", 2), 11)),
        ["InvalidWaitContext-handler"] = lab => OnT1(lab, () => InHandler(Lock("a", 1), 11)),
        ["NestLockNotTaken"] = lab => OnT1(lab, () => Lockdep.AcquireNested(Lock("child", 2), Lock("parent", 1), LockMode.Exclusive, 0, File, 10, "First")),
        ["UnbalancedContention"] = lab => OnT1(lab, () => Lockdep.Contended(Lock("a", 1), false, File, 10, "First")),
        ["HeldLockFreed"] = lab => OnT1(lab, () =>
        {
            LockdepMap a = Lock("a", 1);
            Under(a, 10, () => Lockdep.Freed(a, File, 11, "First"));
        }),
        ["HeldAtBoundary"] = lab => OnT1(lab, () => Under(Lock("a", 1), 10, () => Lockdep.NoneHeldAt("the end of the request", File, 11, "First"))),
        ["HeldAtBoundary-owed"] = lab =>
        {
            var c = Completion("c", 1);
            KThread.Run(_ => Owe(c), name: "T1", file: File, line: 5, member: "Start").Stop();
        },
        ["Pinned"] = lab => OnT1(lab, () =>
        {
            LockdepMap a = Lock("a", 1);
            Lockdep.Acquire(a, LockMode.Exclusive, 0, File, 10, "First");
            Lockdep.Pin(a, File, 11, "First");
            Lockdep.Release(a, File, 12, "First");
        }),
        ["DowngradeOfRead"] = lab => OnT1(lab, () =>
        {
            LockdepMap a = Lock("a", 1);
            Lockdep.Acquire(a, LockMode.Shared, 0, File, 10, "First");
            Lockdep.Downgrade(a, File, 11, "First");
            Lockdep.Release(a);
        }),
        ["AssertionFailed"] = lab => OnT1(lab, () => Lockdep.AssertHeld(Lock("a", 1), File, 10, "First")),
        ["OrderNotAntisymmetric"] = lab => OnT1(lab, () =>
        {
            LockdepMap[] accounts = [.. Enumerable.Range(0, 2).Select(_ => Lock("account", 1))];
            Lockdep.SetOrder(accounts[0], (_, _) => 1, describe: map => ReferenceEquals(map, accounts[0]) ? "left" : "right");
            Nest(accounts[0], 10, accounts[1], 11);
        }),
        ["DeadKey"] = lab => OnT1(lab, () =>
        {
            var key = new LockClassKey("k");
            var a = new LockdepMap("a", key, file: File, line: 1, member: "Orders");
            Pass(a, 10);
            key.Dispose();
            Pass(a, 11);
        }),
        ["UnknownSite"] = UnknownSite,
        ["Misuse"] = lab => OnT1(lab, () =>
        {
            using (Lockdep.EnterHandler(HandlerLevel.Soft, isThreaded: true, File, 10, "OnTimer"))
            {
                Lockdep.HandlersOn(HandlerLevel.Soft, File, 11, "OnTimer");
            }
        }),
        ["HungWait"] = lab => OnT1(lab, () =>
        {
            LockdepMap c = Completion("c", 1);
            WaitTicket ticket = Lockdep.BeginWait(c, isTimed: false, File, 10, "First");
            Lockdep.StillBlocked(c);
            Lockdep.EndWait(ticket);
        }),
        ["Abandoned"] = Abandoned,
    };

    private static LockdepMap Lock(string name, int line) => new(name, file: File, line: line, member: "Orders");

    private static LockdepMap Spin(string name, int line) => new(name, waitType: LockWaitType.Spin, file: File, line: line, member: "Orders");

    private static LockdepMap Completion(string name, int line) => new(name, kind: LockdepMapKind.Completion, file: File, line: line, member: "Orders");

    private static void OnT1(Lab lab, Action body) => lab.Thread("T1").Do(body);

    private static void Pass(LockdepMap map, int line, LockMode mode = LockMode.Exclusive) => Under(map, line, () => { }, mode);

    private static void Under(LockdepMap map, int line, Action body, LockMode mode = LockMode.Exclusive)
    {
        Lockdep.Acquire(map, mode, 0, File, line, $"Method{line}");
        body();
        Lockdep.Release(map);
    }

    /// <summary>The inner lock under the outer one, or that one again.</summary>
    private static void Nest(LockdepMap outer, int line, LockdepMap? inner, int innerLine, LockMode mode = LockMode.Exclusive) =>
        Under(outer, line, () => Pass(inner ?? outer, innerLine, mode));

    private static void InTwoOrders(Lab lab, LockdepMap one, LockdepMap other)
    {
        lab.Thread("T1").Do(() => Nest(one, 10, other, 11));
        lab.Thread("T2").Do(() => Nest(other, 20, one, 21));
    }

    private static void Readers(Lab lab)
    {
        LockdepMap a = Lock("a", 1), b = Lock("b", 2), c = Lock("c", 3);
        lab.Thread("T1").Do(() => Nest(a, 10, b, 11, LockMode.Shared));
        lab.Thread("T2").Do(() => Nest(b, 20, c, 21));
        lab.Thread("T3").Do(() => Under(c, 30, () => Pass(a, 31, LockMode.Shared), LockMode.Shared));
    }

    private static void Completions(Lab lab)
    {
        LockdepMap c = Completion("c", 1), d = Completion("d", 2);
        OnT1(lab, () => WaitThenSignal(c, 10, d));
        lab.Thread("T2").Do(() => WaitThenSignal(d, 20, c));
    }

    private static void WaitThenSignal(LockdepMap awaited, int line, LockdepMap signalled)
    {
        Lockdep.EndWait(Lockdep.BeginWait(awaited, isTimed: false, File, line, $"Method{line}"));
        Lockdep.Signal(signalled, File, line + 1, $"Method{line + 1}");
    }

    private static void WaitUnderLock(Lab lab, bool isTimed)
    {
        LockdepMap a = Lock("a", 1), c = Completion("c", 2);
        Actor waiter = lab.Thread("T1");
        WaitTicket wait = default;
        waiter.Do(() =>
        {
            Lockdep.Acquire(a, LockMode.Exclusive, 0, File, 10, "Method10");
            wait = Lockdep.BeginWait(c, isTimed, File, 11, "Method11");
        });
        lab.Thread("T2").Do(() =>
        {
            Pass(a, 20);
            Lockdep.Signal(c, File, 21, "Method21");
        });
        waiter.Do(() =>
        {
            Lockdep.EndWait(wait);
            Lockdep.Release(a);
        });
    }

    private static void InHandler(LockdepMap map, int line)
    {
        using (Lockdep.EnterHandler(HandlerLevel.Soft, isThreaded: true, File, line, "OnTimer"))
        {
            Pass(map, line);
        }
    }

    private static void Masked(Action body)
    {
        using (Lockdep.MaskHandlers(HandlerLevel.Soft, File, 99, "Masked"))
        {
            body();
        }
    }

    private static void Inversion(Lab lab, bool handlerLast)
    {
        LockdepMap a = Spin("a", 1), b = Spin("b", 2);
        lab.Thread("T1").Do(() => Masked(() => Nest(a, 10, b, 11)));
        Actor handler = lab.Thread("T2"), holder = lab.Thread("T3");
        Action[] uses = [() => handler.Do(() => InHandler(a, 20)), () => holder.Do(() => Pass(b, 30))];
        uses[handlerLast ? 1 : 0]();
        uses[handlerLast ? 0 : 1]();
    }

    /// <summary>The lock of a handler is held over a wait, and who signals holds another while handlers may run.</summary>
    private static void SignalInAHandlersOrder(Lab lab)
    {
        var a = new LockdepMap("a", waitType: LockWaitType.Spin, innerWaitType: LockWaitType.Sleep, file: File, line: 1, member: "Orders");
        LockdepMap b = Spin("b", 2), c = Completion("c", 3);
        lab.Thread("T1").Do(() => InHandler(a, 10));
        lab.Thread("T2").Do(() => Masked(() => Under(a, 20, () => Lockdep.EndWait(Lockdep.BeginWait(c, isTimed: false, File, 21, "Method21")))));
        lab.Thread("T3").Do(() =>
        {
            Pass(b, 30);
            Lockdep.Signal(c, File, 31, "Method31");
        });
    }

    private static int Owe(LockdepMap c)
    {
        Lockdep.Owe(c);
        return 0;
    }

    /// <summary>A compiled expression belongs to no assembly: on the stack there is nobody but this library and the runtime.</summary>
    private static void UnknownSite(Lab lab)
    {
        var a = new LockdepMap("a", file: "", line: 0, member: "");
        Expression site = Expression.Constant("");
        var probe = new Thread(Expression.Lambda<ThreadStart>(Expression.Call(
            typeof(Lockdep).GetMethod(nameof(Lockdep.Acquire))!,
            Expression.Constant(a), Expression.Constant(LockMode.Exclusive), Expression.Constant(0), site, Expression.Constant(0), site)).Compile()) { Name = "T1" };
        probe.Start();
        Assert.True(probe.Join(Patience.Limit));
    }

    private static void Abandoned(Lab lab)
    {
        LockdepMap a = Lock("a", 1);
        var owner = new Thread(() => Lockdep.Acquire(a, LockMode.Exclusive, 0, File, 10, "Method10")) { Name = "T2" };
        owner.Start();
        Assert.True(owner.Join(Patience.Limit));
        OnT1(lab, () =>
        {
            Lockdep.Acquire(a, LockMode.Exclusive, 0, File, 20, "Method20");
            Lockdep.Contended(a, canEnd: false, File, 20, "Method20");
            Lockdep.LookForHolder(a, owner.ManagedThreadId);
            Lockdep.NotAcquired(a);
            Lockdep.Release(a);
        });
    }
}
