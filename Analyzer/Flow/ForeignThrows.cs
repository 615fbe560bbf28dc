using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Which calls into other assemblies count as able to throw. A call counts when failing belongs to what it does: it talks to
/// a file, a peer, a database or a process, parses foreign text, runs code by reflection, or belongs to a library nobody
/// here knows. What fails only for a wrong argument, an exhausted machine or an aborted thread does not count; nor do
/// properties, constructors of values, disposal, tries, and logging.
/// </summary>
internal static class ForeignThrows
{
    private static readonly string[] _failing =
    [
        "System.Net", "System.Data", "System.Xml", "System.Text.Json", "System.IO.Pipes", "System.IO.Compression", "System.IO.Ports",
        "System.DirectoryServices", "System.ServiceModel", "System.Management", "System.Messaging", "System.Runtime.Serialization",
        "System.Reflection", "System.Device",
    ];

    /// <summary>Whether a call of a library member counts as able to throw.</summary>
    public static bool Counts(IMethodSymbol method)
    {
        if (method.MethodKind is MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove
            || method is { IsImplicitlyDeclared: true, MethodKind: not MethodKind.DelegateInvoke }
            || IsHarmlessName(method.Name))
        {
            return false;
        }

        INamedTypeSymbol type = method.ContainingType;
        string space = type.ContainingNamespace?.ToDisplayString() ?? "";
        if (method.MethodKind == MethodKind.Constructor)
        {
            return space == "System.IO" && type.Name is "FileStream" or "StreamReader" or "StreamWriter";
        }

        return space == "System.IO" ? type.Name is not ("Path" or "StringReader" or "StringWriter" or "MemoryStream")
            : space == "System" ? method.Name is "Parse" or "ParseExact" or "FromBase64String" || type.Name is "Activator" or "Convert"
            : space == "System.Diagnostics" ? type.Name == "Process"
            : space == "System.Threading" ? method.Name == "ThrowIfCancellationRequested"
            : IsUnder(space, "System") ? Array.Exists(_failing, failing => IsUnder(space, failing))
            : !IsLogging(type, space) && !IsUnder(space, "KThreadRuntime") && !IsUnder(space, "Microsoft.Extensions");
    }

    /// <summary>Whether awaiting the result of a library call can throw.</summary>
    public static bool CountsWhenAwaited(IInvocationOperation invocation)
    {
        IMethodSymbol method = invocation.TargetMethod;
        string space = method.ContainingNamespace?.ToDisplayString() ?? "";
        bool isPlain = (space == "System.Threading.Tasks" && method.Name is "Delay" or "Yield" or "WhenAny")
            || space == "System.Threading.Channels"
            || (space == "System.Threading" && method.Name is not "Run");
        return (!isPlain || invocation.Arguments.Any(IsCancellable)) && !IsHarmlessName(method.Name);
    }

    /// <summary>Whether the argument is a token that somebody may cancel.</summary>
    public static bool IsCancellable(IArgumentOperation argument) =>
        argument.Parameter?.Type is { Name: "CancellationToken" }
        && argument.ArgumentKind != ArgumentKind.DefaultValue
        && !IsNoToken(argument.Value);

    /// <summary>Whether the value is a token that nobody can cancel.</summary>
    public static bool IsNoToken(IOperation value) =>
        ReadContext.Unwrapped(value) is IDefaultValueOperation { Type.Name: "CancellationToken" } or IPropertyReferenceOperation { Property: { Name: "None", ContainingType.Name: "CancellationToken" } };

    private static bool IsHarmlessName(string name) =>
        name.StartsWith("Try", StringComparison.Ordinal)
        || name is "Dispose" or "DisposeAsync" or "Close" or "ToString" or "Equals" or "GetHashCode" or "ConfigureAwait" or "AsTask" or "GetAwaiter";

    private static bool IsLogging(INamedTypeSymbol type, string space) =>
        type.Name.IndexOf("Log", StringComparison.Ordinal) >= 0 || space.IndexOf("Logging", StringComparison.Ordinal) >= 0;

    private static bool IsUnder(string space, string root) =>
        space.StartsWith(root, StringComparison.Ordinal) && (space.Length == root.Length || space[root.Length] == '.');
}
