using System.Runtime.CompilerServices;

namespace KThreadRuntime.Tests.Trust;

/// <summary>Code that stays loaded, called by what only refers to something that can be unloaded.</summary>
public static class Visitor
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void VisitFor<T>(KMutex outer, KMutex inner)
    {
        Visit(outer, inner);
        Assert.NotNull(typeof(T));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Visit(KMutex outer, KMutex inner)
    {
        outer.Acquire();
        inner.Acquire();
        inner.Release();
        outer.Release();
    }
}
