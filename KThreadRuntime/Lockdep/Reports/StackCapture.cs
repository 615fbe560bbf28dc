using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace KThreadRuntime.Reports;

/// <summary>Captures the calling stack as evidence. It is kept for as long as its validator, and so must keep nothing of the program.</summary>
internal static class StackCapture
{
    /// <summary>
    /// The stack, the validator's own frames among it: how many those are depends on what the compiler has inlined. Null when the
    /// options say so, and when a frame is of an assembly that can be unloaded: the stack refers to its methods, and would keep it loaded.
    /// </summary>
    internal static StackTrace? Take(LockdepOptions options)
    {
        if (!options.CaptureStacks)
        {
            return null;
        }

        var stack = new StackTrace(fNeedFileInfo: false);
        return RefersToCollectible(stack) ? null : stack;
    }

#if NET
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A method whose metadata was trimmed is of no collectible assembly: those are not trimmed.")]
#endif
    private static bool RefersToCollectible(StackTrace stack)
    {
        for (int i = 0; i < stack.FrameCount; i++)
        {
            // Asked of the type, since a dynamic method calls itself collectible whatever it refers to.
            if (stack.GetFrame(i)?.GetMethod()?.DeclaringType is { } type && IsCollectible(type))
            {
                return true;
            }
        }

        return false;
    }

#if NET
    private static bool IsCollectible(Type type) => type.IsCollectible;
#else
    /// <summary>This build's reference assemblies do not have the property; .NET before 10 runs this build, and does.</summary>
    private static readonly Func<MemberInfo, bool>? _isCollectible =
        (Func<MemberInfo, bool>?)typeof(MemberInfo).GetProperty("IsCollectible")?.GetMethod?.CreateDelegate(typeof(Func<MemberInfo, bool>));

    private static bool IsCollectible(Type type) => _isCollectible is { } ask && ask(type);
#endif
}
