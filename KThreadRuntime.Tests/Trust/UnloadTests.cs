using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace KThreadRuntime.Tests.Trust;

public class UnloadTests
{
    [Fact]
    public void CollectibleContextWhoseLocksWereUsed_UnloadsWhileTheValidatorLives()
    {
        using var lab = new Lab();
        WeakReference loaded = LoadAndRun();
        Assert.Equal(["plugin --> second"], lab.Reports.Where(r => r.Kind == ReportKind.Circular).Select(r => r.Chain));
        Patience.Until(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !loaded.IsAlive;
            },
            "Something of the validator's keeps the context loaded.");

        Assert.All(lab.Reports, r => Assert.Null(r.Stack));
    }

    [Fact]
    public void StacksOfOtherAssemblies_AreKept()
    {
        using var lab = new Lab();
        lab.Thread("T1").Do(Plugin.Run);

        Assert.All(lab.Reports, r => Assert.NotNull(r.Stack));
        Assert.NotEmpty(lab.Reports);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadAndRun()
    {
        var context = new AssemblyLoadContext("plugin", isCollectible: true);
        Type plugin = context.LoadFromAssemblyPath(typeof(Plugin).Assembly.Location).GetType(typeof(Plugin).FullName!)!;
        Assert.NotSame(typeof(Plugin), plugin);
        Action run = plugin.GetMethod(nameof(Plugin.Run))!.CreateDelegate<Action>();
        var thread = new Thread(() => run());
        thread.Start();
        Assert.True(thread.Join(Patience.Limit), "The plugin did not end.");
        context.Unload();
        return new WeakReference(context);
    }
}
