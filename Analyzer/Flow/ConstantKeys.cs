using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Keys and indices that the source spells out: literals, constants, members of enumerations, read-only texts.</summary>
internal static class ConstantKeys
{
    private const int MaxText = 60;

    /// <summary>The key; null where it is none, or too long to be told.</summary>
    public static Value? Of(IOperation? key, ReadContext context)
    {
        IOperation? unwrapped = ReadContext.Unwrapped(key);
        string? text = key?.ConstantValue is { HasValue: true, Value: { } constant } ? TextOf(constant, key.Type)
            : unwrapped?.ConstantValue is { HasValue: true, Value: { } inner } ? TextOf(inner, unwrapped.Type)
            : unwrapped is IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } field } ? context.ReadOnlyLiteral(field) is { } literal ? TextOf(literal, field.Type) : null
            : null;
        return text is { Length: <= MaxText } ? Value.ConstantKey(text) : null;
    }

    // Two members of one value are one key, by the name of the first.
    public static string? TextOf(object constant, ITypeSymbol? type) => constant switch
    {
        _ when type is INamedTypeSymbol { TypeKind: TypeKind.Enum } @enum =>
            @enum.Name + "." + (@enum.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(member => constant.Equals(member.ConstantValue))?.Name ?? Convert.ToString(constant, CultureInfo.InvariantCulture)),
        string text => SymbolDisplay.FormatLiteral(text, quote: true),
        char letter => SymbolDisplay.FormatLiteral(letter, quote: true),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool truth => truth ? bool.TrueString : bool.FalseString,
        _ => null,
    };

    /// <summary>What a declaration alone gives a static read-only field; null if it is no literal.</summary>
    public static object? LiteralOf(IFieldSymbol field) =>
        field.OriginalDefinition.DeclaringSyntaxReferences.Length == 1
        && field.OriginalDefinition.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: LiteralExpressionSyntax { Token.Value: { } literal } }
            ? literal
            : null;
}
