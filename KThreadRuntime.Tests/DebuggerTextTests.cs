using System.Diagnostics;
using System.Reflection;

namespace KThreadRuntime.Tests;

/// <summary>What a debugger shows, which evaluates it at any time.</summary>
public class DebuggerTextTests
{
    [Fact]
    public void LocalLock_AfterItsEnd() => Assert.Equal("KLocalLock: disposed", Of(Disposed(new KLocalLock())));

    [Fact]
    public void Map_BeforeAndAfterItsFirstUse()
    {
        using var lab = new Lab();
        var map = new LockdepMap("m");
        Assert.Equal("m: Lock, not used yet", Of(map));
        lab.Thread("T1").Do(() => Trust.SinkTests.Nest(map, new LockdepMap("n")));
        map.Validation = LockValidation.NoTrack;

        Assert.Matches("^m: Lock [0-9]+, NoTrack$", Of(map));
    }

    private static KLocalLock Disposed(KLocalLock ended)
    {
        ended.Dispose();
        return ended;
    }

    private static string Of(object shown)
    {
        Assert.Equal("{DebuggerText,nq}", shown.GetType().GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        return (string)shown.GetType().GetProperty("DebuggerText", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(shown)!;
    }
}
