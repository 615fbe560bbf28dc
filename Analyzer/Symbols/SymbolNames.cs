using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>How messages call things.</summary>
internal static class SymbolNames
{
    /// <summary>Whether the documentation id is that of a method which disposes of its object: implicitly, explicitly, or by the pattern for derived classes.</summary>
    public static bool IsDisposal(string method)
    {
        int end = method.IndexOf('(');
        string path = end < 0 ? method : method.Substring(0, end);
        string name = path.Substring(path.LastIndexOfAny(['.', '#']) + 1);
        return end < 0 ? name is "Dispose" or "DisposeAsync" : name == "Dispose" && method.EndsWith("(System.Boolean)", StringComparison.Ordinal);
    }

    /// <summary>A body's name: <c>Type.Method</c>, <c>Type.Property.get</c>, <c>Type..ctor</c> as <c>new Type</c>.</summary>
    public static string OfBody(ISymbol symbol)
    {
        string type = symbol.ContainingType?.Name ?? "";
        return symbol switch
        {
            IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet, AssociatedSymbol: { } property } method
                => type + "." + property.Name + (method.MethodKind == MethodKind.PropertyGet ? ".get" : ".set"),
            IMethodSymbol { MethodKind: MethodKind.EventAdd or MethodKind.EventRemove, AssociatedSymbol: { } @event } method
                => type + "." + @event.Name + (method.MethodKind == MethodKind.EventAdd ? ".add" : ".remove"),
            IMethodSymbol { Name: WellKnownMemberNames.TopLevelStatementsEntryPointMethodName } => "the program",
            IMethodSymbol { MethodKind: MethodKind.Constructor } => "new " + type,
            IMethodSymbol { MethodKind: MethodKind.StaticConstructor } => "static " + type,
            IMethodSymbol { MethodKind: MethodKind.Destructor } => "~" + type,
            _ => type.Length == 0 ? symbol.Name : type + "." + symbol.Name,
        };
    }

    /// <summary>The short name in a documentation id: what stands after the last dot before any parameter list.</summary>
    public static string OfId(string id)
    {
        // A primary constructor's parameter, kept by the object: Type.(name).
        int kept = id.IndexOf(".(", StringComparison.Ordinal);
        if (kept >= 0)
        {
            return id.Substring(kept + 2).TrimEnd(')');
        }

        int end = id.IndexOf('(');
        if (end < 0)
        {
            end = id.Length;
        }

        int start = end == 0 ? -1 : id.LastIndexOfAny(['.', SymbolIds.Mark], end - 1);
        if (start < 0)
        {
            start = id.IndexOf(':');
        }

        string name = id.Substring(start + 1, end - start - 1);
        int arity = name.IndexOf('`');
        return arity < 0 ? name : name.Substring(0, arity);
    }
}
