using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// Patterns: what they ask for, and the variables that they declare, at whatever depth.
internal sealed partial class OperationReader
{
    private Value _patternInput = Value.Unknown;

    private Value ReadPattern(IIsPatternOperation pattern)
    {
        Value value = Read(pattern.Value);
        Declare(pattern.Pattern, value);
        if (ContextTests.Of(pattern) is { } asked)
        {
            return asked;
        }

        string[] constants = FlagReader.Constants(pattern.Pattern, out bool matches);
        return constants.Length > 0 ? AddTest(pattern, value, constants[0], matches, [.. constants.Skip(1)]) : Value.Unknown;
    }

    private void Declare(IPatternOperation pattern, Value value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (pattern)
        {
            case IDeclarationPatternOperation declaration:
                Declare(declaration.DeclaredSymbol, pattern, value);
                break;
            case INegatedPatternOperation negated:
                Declare(negated.Pattern, value);
                break;
            case IBinaryPatternOperation binary:
                Declare(binary.LeftPattern, value);
                Declare(binary.RightPattern, value);
                break;
            case IRecursivePatternOperation recursive:
                Declare(recursive.DeclaredSymbol, pattern, value);
                for (int i = 0; i < recursive.DeconstructionSubpatterns.Length; i++)
                {
                    Declare(recursive.DeconstructionSubpatterns[i], Part(value, recursive.MatchedType, i, recursive.DeconstructionSubpatterns.Length));
                }

                foreach (IPropertySubpatternOperation part in recursive.PropertySubpatterns)
                {
                    Declare(part.Pattern, ReadInPattern(part.Member, value));
                }

                break;
            case IListPatternOperation list:
                Declare(list.DeclaredSymbol, pattern, value);
                foreach (IPatternOperation part in list.Patterns)
                {
                    Declare(part, Value.Element(value));
                }

                break;
            default:
                break;
        }
    }

    private void Declare(ISymbol? declared, IPatternOperation pattern, Value value)
    {
        if (declared is ILocalSymbol local)
        {
            _instructions.Add(new AssignLocal(pattern.Syntax.Span, _context.Local(local).Key, value));
        }
    }

    private Value ReadInPattern(IOperation member, Value input)
    {
        Value outer = _patternInput;
        _patternInput = input;
        Value value = Read(member);
        _patternInput = outer;
        return value;
    }

    // What a record is taken apart into are its members, in the order of its primary constructor.
    private Value Part(Value whole, ITypeSymbol? type, int index, int count)
    {
        IMethodSymbol? deconstruct = type is INamedTypeSymbol { IsRecord: true }
            ? type.GetMembers("Deconstruct").OfType<IMethodSymbol>().FirstOrDefault(method => method.IsImplicitlyDeclared && method.Parameters.Length == count)
            : null;
        ISymbol? part = deconstruct is null ? null : type!.GetMembers(deconstruct.Parameters[index].Name).FirstOrDefault(static member => member is IPropertySymbol or IFieldSymbol);
        return part is null ? Value.Element(whole) : Value.Member(whole, _context.Id(part));
    }

    private Value Instance(IInstanceReferenceOperation instance) => instance.ReferenceKind == InstanceReferenceKind.PatternInput ? _patternInput : Value.This;
}
