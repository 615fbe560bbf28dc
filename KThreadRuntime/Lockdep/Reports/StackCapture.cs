using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace KThreadRuntime.Reports;

/// <summary>Captures the calling stack as evidence. It is kept for as long as its validator, and so must keep nothing of the program.</summary>
/// <remarks>
/// A <see cref="StackTrace"/> refers to the method of each frame, also of those that it was told to skip and does not show. So none is
/// skipped here: how far a number of frames reaches depends on what was inlined, and a frame not shown could not be judged.
/// </remarks>
internal static class StackCapture
{
    /// <summary>
    /// The stack, the validator's own frames among it: how many those are depends on what the compiler has inlined. Null when the
    /// options say so, and when a frame is of an assembly that can be unloaded: the stack refers to its methods, and would keep it loaded.
    /// Without the frames of dynamic methods, which refer to whatever their code names.
    /// </summary>
    internal static StackTrace? Take(LockdepOptions options)
    {
        if (!options.CaptureStacks)
        {
            return null;
        }

        var stack = new StackTrace(fNeedFileInfo: false);
        int dynamic = 0;
        for (int i = 0; i < stack.FrameCount; i++)
        {
            MethodBase? method = MethodOf(stack.GetFrame(i));
            if (method?.DeclaringType is { } type && IsCollectible(type))
            {
                return null;
            }

            dynamic += IsDynamic(method) ? 1 : 0;
        }

        return dynamic == 0 ? stack : WithoutDynamicMethods(stack);
    }

    /// <summary>No type declares a dynamic method; nor a function of a module, which is left out with them.</summary>
    private static bool IsDynamic(MethodBase? method) => method is { DeclaringType: null };

    private static IEnumerable<StackFrame> Lasting(StackTrace stack) =>
        (stack.GetFrames() ?? []).Where(static frame => frame is not null && !IsDynamic(MethodOf(frame)))!;

#if NET
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A method whose metadata was trimmed is of no collectible assembly: those are not trimmed.")]
#endif
    private static MethodBase? MethodOf(StackFrame? frame) => frame?.GetMethod();

#if NET
    private static bool IsCollectible(Type type) => type.IsCollectible;

    private static StackTrace WithoutDynamicMethods(StackTrace stack) => new(Lasting(stack));
#else
    /// <summary>This build's reference assemblies do not have the property; .NET before 10 runs this build, and does.</summary>
    private static readonly Func<MemberInfo, bool>? _isCollectible =
        (Func<MemberInfo, bool>?)typeof(MemberInfo).GetProperty("IsCollectible")?.GetMethod?.CreateDelegate(typeof(Func<MemberInfo, bool>));

    /// <summary>Nor this constructor, which newer .NET has.</summary>
    private static readonly ConstructorInfo? _ofFrames = typeof(StackTrace).GetConstructor([typeof(IEnumerable<StackFrame>)]);

    private static bool IsCollectible(Type type) => _isCollectible is { } ask && ask(type);

    /// <summary>Where nothing can be unloaded they stay; where they cannot be left out there is no stack.</summary>
    private static StackTrace? WithoutDynamicMethods(StackTrace stack) =>
        _isCollectible is null ? stack : (StackTrace?)_ofFrames?.Invoke([Lasting(stack)]);
#endif
}
