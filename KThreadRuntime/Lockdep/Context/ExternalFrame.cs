using System.Diagnostics;

namespace KThreadRuntime.Context;

/// <summary>Who called into this library, by the stack: what stands for a creation site that nobody recorded.</summary>
internal static class ExternalFrame
{
    private static readonly string _own = typeof(ExternalFrame).Assembly.GetName().Name!;

    /// <summary>The innermost method outside of this library and the runtime's; unknown when there is none. Some ten microseconds.</summary>
    internal static object Find()
    {
        foreach (StackFrame? frame in new StackTrace(skipFrames: 1, fNeedFileInfo: false).GetFrames() ?? [])
        {
            if (frame is not null && SiteOf(frame) is { } site)
            {
                return site;
            }
        }

        return CodeSite.Unknown;
    }

    private static bool IsForeign(string? assembly, string? type) =>
        assembly != _own && type is not null && !type.StartsWith("System.", StringComparison.Ordinal);

#if NET
    private static CodeSite? SiteOf(StackFrame frame) =>
        DiagnosticMethodInfo.Create(frame) is { } method
        && IsForeign(method.DeclaringAssemblyName?.Split(',')[0], method.DeclaringTypeName)
            ? new CodeSite(method.DeclaringTypeName!, 0, method.Name)
            : null;
#else
    private static CodeSite? SiteOf(StackFrame frame) =>
        frame.GetMethod() is { DeclaringType: { } type } method && IsForeign(type.Assembly.GetName().Name, type.FullName)
            ? new CodeSite(type.FullName!, 0, method.Name)
            : null;
#endif
}
