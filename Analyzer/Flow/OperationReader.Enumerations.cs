using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// Sequences of the source's own types, in the hands of the library; and the library's, turn by turn.
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

    // Each turn of an enumeration takes an element.
    private void AddTurn(IInvocationOperation next)
    {
        if (next.TargetMethod.Name is not ("MoveNext" or "MoveNextAsync"))
        {
            return;
        }

        if (SequenceOf(next) is IInvocationOperation { Instance: { } queue } taking
            && PlaceOfQueue(queue) is { } place
            && _context.Models.Of(taking.TargetMethod, ReceiverType(queue)).FirstOrDefault(static effect => effect.Kind == EffectKind.SignalRoom) is { } room)
        {
            _instructions.Add(new Affect(
                next.Syntax.Span, Value.CallResult(NewSite()), room with { Kind = EffectKind.Signal }, Value.Room(place), Value.Queue, false, false, TextOf(queue)));
            if (next.TargetMethod.Name == "MoveNextAsync")
            {
                // The flow waits for each element, not for the sequence.
                _instructions.Add(new Affect(next.Syntax.Span, Value.CallResult(NewSite()), room with { Kind = EffectKind.Wait }, place, Value.Queue, IsTimed: false, IsAwaited: true, TextOf(queue))
                {
                    Token = taking.Arguments.Where(ForeignThrows.IsCancellable).Select(token => PlaceOf(token.Value) ?? Value.Unknown).FirstOrDefault(),
                });
            }
        }
    }

    // What the enumerator was made of.
    private IOperation? SequenceOf(IInvocationOperation next)
    {
        IOperation? source = ReadContext.Unwrapped(next.Instance);
        while (source is IFlowCaptureReferenceOperation reference && _captures.TryGetValue(reference.Id, out IOperation? captured))
        {
            source = ReadContext.Unwrapped(captured);
        }

        while (source is IInvocationOperation { TargetMethod.Name: "GetEnumerator" or "GetAsyncEnumerator" or "ConfigureAwait" or "WithCancellation" } view)
        {
            source = ReadContext.Unwrapped(view.Instance ?? view.Arguments.FirstOrDefault()?.Value);
        }

        return source;
    }
}
