using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// Objects of the runtime whose lock class is the line that makes them, or a key.
internal sealed partial class OperationReader
{
    private void AddBirth(IOperation operation, ISymbol? maker, ImmutableArray<IArgumentOperation> arguments, Value made)
    {
        if (_context.Creations is { } creations
            && maker is IMethodSymbol { ContainingType: { } type } method
            && creations.IsTracked(type)
            && !_context.IsSource(type)
            && creations.TakesSite(method))
        {
            // A key goes before a site and a policy.
            if (arguments.FirstOrDefault(creations.GivesKey) is { } given)
            {
                if (PlaceOf(given.Value) is { } key)
                {
                    _instructions.Add(new Birth(operation.Syntax.Span, made, type.Name) { ClassKey = key });
                }
            }
            else if (!arguments.Any(creations.NamesClass))
            {
                _instructions.Add(new Birth(operation.Syntax.Span, made, type.Name));
            }
        }
    }
}
