using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace KThreadRuntime.Tests.Trust;

public class UnloadTests
{
    [Fact]
    public void CollectibleContextWhoseLocksWereUsed_UnloadsWhileTheValidatorLives()
    {
        using var lab = new Lab();
        WeakReference loaded = Load(plugin => plugin.GetMethod(nameof(Plugin.Run))!.CreateDelegate<Action>());
        Assert.Equal(["plugin --> second"], lab.Reports.Where(r => r.Kind == ReportKind.Circular).Select(r => r.Chain));
        AssertUnloads(loaded);
        Assert.All(lab.Reports, r => Assert.Null(r.Stack));
    }

    [Fact]
    public void StackWhoseInnermostFrameIsCollectible_IsNotKept()
    {
        bool isKept = true;
        Load(plugin =>
        {
            Func<bool> ask = plugin.GetMethod(nameof(Plugin.IsInnermostFrameKept))!.CreateDelegate<Func<bool>>();
            return () => isKept = ask();
        });
        Assert.False(isKept);
        Assert.True(Plugin.IsInnermostFrameKept());
    }

    [Fact]
    public void GenericMethodOverACollectibleType_Unloads()
    {
        using var lab = new Lab(Lab.Everything);
        AssertUnloads(LoadAndVisit(plugin => typeof(Visitor).GetMethod(nameof(Visitor.VisitFor))!
            .MakeGenericMethod(plugin.GetNestedType(nameof(Plugin.Value))!)
            .CreateDelegate<Action<KMutex, KMutex>>()));
        AssertStacksName(lab, nameof(Visitor.Visit));
    }

    [Fact]
    public void DynamicMethodOfACollectibleModule_Unloads()
    {
        using var lab = new Lab(Lab.Everything);
        AssertUnloads(LoadAndVisit(plugin => Emit(new DynamicMethod("emitted", null, [typeof(KMutex), typeof(KMutex)], plugin.Module), plugin)));
        AssertStacksName(lab, nameof(Visitor.Visit));
    }

    [Fact]
    public void DynamicMethodThatNamesACollectibleType_Unloads()
    {
        using var lab = new Lab(Lab.Everything);
        AssertUnloads(LoadAndVisit(plugin => Emit(new DynamicMethod("emitted", null, [typeof(KMutex), typeof(KMutex)]), plugin)));
        AssertStacksName(lab, nameof(Visitor.Visit));
    }

    [Fact]
    public void StacksOfOtherAssemblies_AreKept()
    {
        using var lab = new Lab();
        lab.Thread("T1").Do(Plugin.Run);

        Assert.All(lab.Reports, r => Assert.NotNull(r.Stack));
        Assert.NotEmpty(lab.Reports);
    }

    /// <summary>Loads the plugin, runs what is made of it on a thread of its own, and lets go of both.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Load(Func<Type, Action> prepare)
    {
        var context = new AssemblyLoadContext("plugin", isCollectible: true);
        Type plugin = context.LoadFromAssemblyPath(typeof(Plugin).Assembly.Location).GetType(typeof(Plugin).FullName!)!;
        Assert.NotSame(typeof(Plugin), plugin);
        Action run = prepare(plugin);
        var thread = new Thread(() => run());
        thread.Start();
        Assert.True(thread.Join(Patience.Limit), "The plugin did not end.");
        context.Unload();
        return new WeakReference(context);
    }

    /// <summary>Breaks the order of two locks from code that only refers to the plugin, and is not of it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadAndVisit(Func<Type, Action<KMutex, KMutex>> prepare)
    {
        var (first, second) = (new KMutex(name: "first"), new KMutex(name: "second"));
        return Load(plugin =>
        {
            Action<KMutex, KMutex> visit = prepare(plugin);
            return () =>
            {
                visit(first, second);
                visit(second, first);
            };
        });
    }

    private static Action<KMutex, KMutex> Emit(DynamicMethod method, Type named)
    {
        ILGenerator body = method.GetILGenerator();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Ldarg_1);
        body.Emit(OpCodes.Call, typeof(Visitor).GetMethod(nameof(Visitor.Visit))!);
        body.Emit(OpCodes.Ldtoken, named);
        body.Emit(OpCodes.Pop);
        body.Emit(OpCodes.Ret);
        return method.CreateDelegate<Action<KMutex, KMutex>>();
    }

    private static void AssertUnloads(WeakReference loaded) =>
        Patience.Until(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !loaded.IsAlive;
            },
            "Something of the validator's keeps the context loaded.");

    private static void AssertStacksName(Lab lab, string method) =>
        Assert.Contains(lab.Single().Stack!.Frames, f => f.Contains(method, StringComparison.Ordinal));
}
