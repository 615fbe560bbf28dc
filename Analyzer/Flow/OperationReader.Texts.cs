using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// Where objects are asked for their text without a call that says so.
internal sealed partial class OperationReader
{
    // An interpolated string asks what it is made of.
    private void AddTexts(IOperation operation)
    {
        foreach (IInterpolationOperation hole in operation is IInterpolatedStringOperation text ? text.Parts.OfType<IInterpolationOperation>() : [])
        {
            AddText(hole.Expression);
        }
    }

    // A sum of texts asks what is none.
    private Value ReadSum(IBinaryOperation sum)
    {
        Value read = ReadOther(sum);
        AddText(sum.LeftOperand);
        AddText(sum.RightOperand);
        return read;
    }

    /// <summary>The text of an object whose type may have a way of its own to tell it.</summary>
    private void AddText(IOperation operand)
    {
        ITypeSymbol? type = ReadContext.Unwrapped(operand)?.Type;
        IMethodSymbol? method = type switch
        {
            INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } own when _context.IsOwn(own) => ToStringOf(own) ?? (own.IsSealed ? null : ToStringOfAny()),
            { SpecialType: SpecialType.System_Object } or ITypeParameterSymbol => ToStringOfAny(),
            INamedTypeSymbol { TypeKind: TypeKind.Interface } @interface when _context.IsSource(@interface) => ToStringOfAny(),
            _ => null,
        };
        if (method is not null && PlaceOf(operand) is { } place)
        {
            AddCall(operand.Syntax.Span, method, place, [], isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
        }
    }

    private IMethodSymbol? ToStringOf(INamedTypeSymbol type) => type.GetMembers("ToString").OfType<IMethodSymbol>().FirstOrDefault(static method => method is { IsOverride: true, IsImplicitlyDeclared: false, Parameters.IsEmpty: true })
        ?? (type.BaseType is { } @base && _context.IsOwn(@base) ? ToStringOf(@base) : null);

    // What runs then is told by the objects that are there.
    private IMethodSymbol? ToStringOfAny() => _context.Model.Compilation.GetSpecialType(SpecialType.System_Object).GetMembers("ToString").OfType<IMethodSymbol>().FirstOrDefault();
}
