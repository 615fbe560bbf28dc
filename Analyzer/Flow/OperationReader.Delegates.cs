using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>A delegate of a method that is no body by itself: a library's, or one that dispatch chooses. It gets a body that calls it.</summary>
internal sealed record MethodGroup(IMethodSymbol Method, string Id, TextSpan Span, bool IsAsync, ImmutableArray<Instruction> Instructions);

// Lambdas and method groups.
internal sealed partial class OperationReader
{
    private Value ReadDelegate(IDelegateCreationOperation creation) => creation.Target switch
    {
        IMethodReferenceOperation method => ReadMethodGroup(method),
        IFlowAnonymousFunctionOperation function => ReadFunction(function),
        { } other => Read(other),
    };

    private Value ReadFunction(IFlowAnonymousFunctionOperation function)
    {
        string id = _context.BodyId(function.Symbol);
        _foundFunction(function, id);
        return Value.Function(id, Value.This);
    }

    private Value ReadMethodGroup(IMethodReferenceOperation reference)
    {
        IMethodSymbol method = reference.Method;
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            return Value.Function(_context.BodyId(method), Value.This);
        }

        Value? receiver = reference.Instance is null ? null : Read(reference.Instance);
        if (!NeedsBody(reference, method))
        {
            return Value.Function(_context.BodyId(method), method.IsStatic ? null : receiver);
        }

        // An operation may be read twice; its place tells that, and the order says more to a reader after an edit.
        if (!_groups.TryGetValue(reference.Syntax.SpanStart, out int ordinal))
        {
            _groups.Add(reference.Syntax.SpanStart, ordinal = _groups.Count);
        }

        string id = _body + "~group" + ordinal;
        _foundGroup(new MethodGroup(method, id, reference.Syntax.Span, ReturnsTask(method), ReadBehind(reference, id, receiver ?? Value.Unknown)));
        return Value.Function(id, Value.This);
    }

    private bool NeedsBody(IMethodReferenceOperation reference, IMethodSymbol method) =>
        !_context.IsSource(method.ContainingType)
        || method.MethodKind == MethodKind.DelegateInvoke
        || (IsDispatchedAtRun(method) && reference.Instance?.Syntax is not BaseExpressionSyntax);

    private static bool IsDispatchedAtRun(IMethodSymbol method) =>
        method.ContainingType.TypeKind == TypeKind.Interface
        || method.IsAbstract
        || (!method.ContainingType.IsSealed && (method.IsVirtual || method is { IsOverride: true, IsSealed: false }));

    private static bool ReturnsTask(IMethodSymbol method) =>
        method.ReturnType is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };

    // What a lambda around the call would be read as.
    private ImmutableArray<Instruction> ReadBehind(IMethodReferenceOperation reference, string id, Value receiver)
    {
        ImmutableArray<Instruction>.Builder outer = _instructions;
        _instructions = ImmutableArray.CreateBuilder<Instruction>();
        IMethodSymbol method = reference.Method;
        TextSpan span = reference.Syntax.Span;
        bool isAwaited = ReturnsTask(method);
        ImmutableArray<Value> arguments = [.. method.Parameters.Select(parameter => Value.Parameter(id, parameter.Ordinal))];
        var result = Value.CallResult(NewSite());
        ImmutableArray<Effect> effects = _context.Models.Of(method, ReceiverType(reference.Instance));
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            _instructions.Add(new Invoke(span, result, receiver, arguments, isAwaited));
        }
        else if (!effects.IsEmpty)
        {
            AddEffects(effects, reference, receiver, arguments, ref result);
        }
        else if (_context.IsDispatched(method))
        {
            AddCall(span, Target(method, ReceiverType(reference.Instance)), receiver, arguments, isAwaited, isCreation: false, result);
        }
        else
        {
            _instructions.Add(new Move(span, result, arguments.Add(receiver), [receiver]) { MayThrow = ForeignThrows.Counts(method) });
        }

        if (isAwaited && effects.IsEmpty)
        {
            _instructions.Add(new Await(span, result, KeepsContext: false, method.Name));
        }

        _instructions.Add(new ReturnValue(span, isAwaited ? Value.Element(result) : result));
        ImmutableArray<Instruction> behind = _instructions.ToImmutable();
        _instructions = outer;
        return behind;
    }

    private void AddEffects(ImmutableArray<Effect> effects, IMethodReferenceOperation reference, Value receiver, ImmutableArray<Value> arguments, ref Value result)
    {
        bool isTimed = reference.Method.Parameters.Any(static parameter =>
            parameter.Type is { SpecialType: SpecialType.System_Int32 } or { Name: "TimeSpan", ContainingNamespace.Name: "System" });
        foreach (Effect effect in effects)
        {
            if (effect.Kind is EffectKind.Register or EffectKind.AcquireScope or EffectKind.IsOwnContext or EffectKind.IsOtherContext or EffectKind.IsHeld
                || (!effect.Target.IsReceiver && effect.Target.Parameter >= arguments.Length))
            {
                continue;
            }

            Value target = effect.Target.IsReceiver ? receiver : arguments[effect.Target.Parameter];
            AddEffect(
                effect, reference, reference.Method, target, effect.Target.IsReceiver ? reference.Instance : null, ref result, receiver,
                new CallTerms(isTimed && IsBlocking(effect.Kind) ? TimeLimit.Finite : TimeLimit.None, Token: null, ReturnsTask(reference.Method), LimitParameter: null, Scheduler: null));
        }

        if (MovesObjects(effects) && receiver.Kind != ValueKind.Unknown)
        {
            _instructions.Add(new Move(reference.Syntax.Span, receiver, arguments, [receiver]));
        }
    }
}
