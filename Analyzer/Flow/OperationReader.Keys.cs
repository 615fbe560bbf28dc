using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// Where in their containers objects are.
internal sealed partial class OperationReader
{
    // The one key or index that an element is asked for by; unknown for several, which together tell one.
    private Value ReadKey(IEnumerable<IOperation> keys)
    {
        IOperation[] all = [.. keys];
        ImmutableArray<Value> values = ReadAll(all);
        return all.Length == 1 ? ConstantKeys.Of(all[0], _context) ?? ComputedKey(all[0]) ?? values[0] : Value.Unknown;
    }

    private Value? ComputedKey(IOperation? text) => ComputedKeys.IsMade(text) ? ComputedKeys.Of(text, _context, PlaceOf) : null;

    // Only the rules of the runtime's lock classes ask.
    private Keeping KeepingOf(ISymbol member) => _context.Creations is null ? Keeping.Unknown : Containers.KeepingOf(member);

    private Value? KeyOf(ImmutableArray<IArgumentOperation> arguments) =>
        arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0) is { } key ? ConstantKeys.Of(key.Value, _context) : null;

    private static bool IsHandleOfOthers(IOperation operation) => ReadContext.Unwrapped(operation) is IPropertyReferenceOperation
        { Property: { Name: "WaitHandle", ContainingType.Name: "CancellationToken" } or { Name: "AsyncWaitHandle", ContainingType.Name: "IAsyncResult" } };

    private Value ReadAggregate(IOperation operation)
    {
        var whole = Value.Allocation(NewSite(), null);
        ImmutableArray<Value> parts = ReadAll(operation.ChildOperations);
        AddTexts(operation);

        // Whoever cancels a token, or ends a library's operation, signals its handle, whoever else does.
        parts = operation.ChildOperations.Any(IsHandleOfOthers) ? parts.Add(Value.Allocation(NewSite(), Value.Synchronizer)) : parts;
        _instructions.Add(new Move(operation.Syntax.Span, whole, parts, [whole])
        {
            Keeping = operation switch
            {
                IArrayInitializerOperation => Keeping.InTurn,
                ICollectionExpressionOperation { Elements: var elements } when !elements.Any(static element => element is ISpreadOperation) => Keeping.InTurn,
                ICollectionExpressionOperation { Elements.Length: 1 } or ISpreadOperation or IArrayCreationOperation => Keeping.InPlace,
                _ => Keeping.Unknown,
            },
        });
        return whole;
    }
}
