using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// What a library call is given to hand to the function that it runs: the state of a work item, a callback or a thread.
internal sealed partial class OperationReader
{
    private static readonly string[] _stateNames = ["state", "parameter", "factoryArgument"];

    // What runs a function once it is started, by the places that it is kept in.
    private readonly Dictionary<string, Value> _startable = new(StringComparer.Ordinal);

    private void AddStates(TextSpan span, ISymbol member, Value receiver, Dictionary<int, (IArgumentOperation Argument, Value Value)> values)
    {
        (IArgumentOperation Argument, Value Value)[] functions = [.. values.Values.Where(static given => given.Value.Kind == ValueKind.Function)];
        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor } && functions.Length == 1)
        {
            _startable[receiver.Key] = functions[0].Value;
        }

        (IArgumentOperation Argument, Value Value) state = values.Values.FirstOrDefault(static given => given.Argument.Parameter is { Name: var name } && Array.IndexOf(_stateNames, name) >= 0);
        if (state.Value is null || !IsKnown(state.Value))
        {
            return;
        }

        foreach ((IArgumentOperation argument, Value function) in functions)
        {
            IParameterSymbol? given = (argument.Parameter?.Type as INamedTypeSymbol)?.DelegateInvokeMethod?.Parameters
                .FirstOrDefault(parameter => SymbolEqualityComparer.Default.Equals(parameter.Type, state.Argument.Parameter!.Type));
            if (given is not null)
            {
                _instructions.Add(new AssignLocal(span, Value.Parameter(function.Id, given.Ordinal).Key, state.Value));
            }
        }

        if (functions.Length == 0 && _startable.TryGetValue(receiver.Key, out Value? started))
        {
            _instructions.Add(new AssignLocal(span, Value.Parameter(started.Id, 0).Key, state.Value));
        }
    }

    private void NoteStartable(IOperation target, Value source)
    {
        if (_startable.Count > 0 && PlaceOf(target) is { } place)
        {
            NoteStartable(place.Key, source);
        }
    }

    private void NoteStartable(string place, Value source)
    {
        if (_startable.Count > 0 && _startable.TryGetValue(source.Key, out Value? function))
        {
            _startable[place] = function;
        }
    }
}
