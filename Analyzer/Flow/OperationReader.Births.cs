using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// Objects of the runtime whose lock class is the line that makes them.
internal sealed partial class OperationReader
{
    private void AddBirth(IOperation operation, ISymbol? maker, ImmutableArray<IArgumentOperation> arguments, Value made)
    {
        if (_context.Creations is { } creations
            && maker is IMethodSymbol { ContainingType: { } type } method
            && creations.IsTracked(type)
            && !_context.IsSource(type)
            && creations.TakesSite(method)
            && !arguments.Any(creations.NamesClass))
        {
            _instructions.Add(new Birth(operation.Syntax.Span, made, type.Name));
        }
    }
}
