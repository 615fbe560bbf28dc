using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// Sequences of the source's own types, in the hands of the library.
internal sealed partial class OperationReader
{
    // Whoever is handed one goes through it before it returns, unless it returns a sequence that does so later.
    private void AddEnumerations(TextSpan span, IMethodSymbol method, IEnumerable<(IOperation Operand, Value Value)> given)
    {
        if (!IsOfBaseLibrary(method.ContainingNamespace) || (method.MethodKind != MethodKind.Constructor && IsSequence(method.ReturnType)))
        {
            return;
        }

        foreach ((IOperation operand, Value value) in given)
        {
            if (operand.Type is INamedTypeSymbol sequence && IsPlainSequence(sequence)
                && ReadContext.Unwrapped(operand)?.Type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } type && _context.IsSource(type)
                && sequence.GetMembers("GetEnumerator").FirstOrDefault() is { } slot
                && type.FindImplementationForInterfaceMember(slot) is IMethodSymbol found)
            {
                AddCall(span, found, value, [], isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
            }
        }
    }

    private static bool IsOfBaseLibrary(INamespaceSymbol? space) => space is { IsGlobalNamespace: false } && (space.ContainingNamespace.IsGlobalNamespace ? space.Name == "System" : IsOfBaseLibrary(space.ContainingNamespace));

    private static bool IsPlainSequence(ITypeSymbol type) => type.OriginalDefinition.SpecialType is SpecialType.System_Collections_IEnumerable or SpecialType.System_Collections_Generic_IEnumerable_T;

    private static bool IsSequence(ITypeSymbol type) => type.TypeKind == TypeKind.Interface && (IsPlainSequence(type) || type.AllInterfaces.Any(IsPlainSequence));
}
