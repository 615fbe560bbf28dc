using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// What gets a value: variables, members, parts of tuples, events.
internal sealed partial class OperationReader
{
    private void Assign(IOperation target, Value source, TextSpan span)
    {
        switch (target)
        {
            case IConversionOperation conversion:
                Assign(conversion.Operand, source, span);
                break;
            case ILocalReferenceOperation local:
                _instructions.Add(new AssignLocal(span, _context.Local(local.Local).Key, source));
                break;
            case IParameterReferenceOperation parameter:
                Value place = _context.Parameter(parameter.Parameter);
                _instructions.Add(
                    place.Kind == ValueKind.Member ? new StoreMember(span, place, source) : new AssignLocal(span, place.Key, source));
                break;
            case IDeclarationExpressionOperation declaration:
                Assign(declaration.Expression, source, span);
                break;
            case IFlowCaptureReferenceOperation capture when _captures.TryGetValue(capture.Id, out IOperation? captured):
                Assign(captured, source, span);
                _instructions.Add(new AssignLocal(span, Capture(capture.Id).Key, source));
                break;
            case IFieldReferenceOperation field:
                _instructions.Add(new StoreMember(span, ReadField(field), source));
                break;
            case IEventReferenceOperation @event:
                _instructions.Add(new StoreMember(span, Reference(@event, @event.Event), source));
                break;
            case IArrayElementReferenceOperation element:
                _instructions.Add(new StoreMember(span, Read(element), source));
                break;
            case IPropertyReferenceOperation property:
                AssignProperty(property, source, span);
                break;
            case ITupleOperation tuple:
                AssignParts(tuple, source, null, span);
                break;
            case IDiscardOperation:
                break;
            default:
                Read(target);
                break;
        }
    }

    private void AssignProperty(IPropertyReferenceOperation reference, Value source, TextSpan span)
    {
        IPropertySymbol property = reference.Property;
        if (_context.IsStorage(property))
        {
            _instructions.Add(new StoreMember(span, Reference(reference, property), source));
            return;
        }

        Value instance = Read(reference.Instance);
        Value key = reference.Arguments.Length == 1 ? ReadKey([reference.Arguments[0].Value]) : Value.Unknown;
        ImmutableArray<Value> arguments = reference.Arguments.Length == 1 ? [key.IsConstantKey ? Value.Unknown : key, source]
            : ReadAll(reference.Arguments.Select(static argument => argument.Value)).Add(source);
        bool isDispatched = property.SetMethod is { } setter && _context.IsDispatched(setter);
        if (isDispatched)
        {
            AddCall(span, property.SetMethod!, instance, arguments, isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
        }

        // Behind a library's interface is mostly a collection of the library.
        if (!isDispatched || !_context.IsSource(property.ContainingType))
        {
            _instructions.Add(new Move(span, Value.Unknown, arguments, [instance])
            {
                Keeping = reference.Arguments.Length == 1 ? Keeping.Apart : Keeping.Unknown,
                At = key.IsConstantKey ? key.Id : null,
                IsKeyed = Containers.NamesKey(property),
                Puts = true,
            });
        }
    }

    private void AssignParts(ITupleOperation tuple, Value source, ITypeSymbol? type, TextSpan span)
    {
        for (int i = 0; i < tuple.Elements.Length; i++)
        {
            Assign(tuple.Elements[i], Part(source, type, i, tuple.Elements.Length), span);
        }
    }

    private Value ReadDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        IOperation target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        if (target is ITupleOperation targets
            && ReadContext.Unwrapped(deconstruction.Value) is ITupleOperation sources
            && targets.Elements.Length == sources.Elements.Length)
        {
            Value[] values = [.. ReadAll(sources.Elements)];
            KeepExchanged(targets.Elements, values, deconstruction.Syntax.Span);
            for (int i = 0; i < values.Length; i++)
            {
                Assign(targets.Elements[i], values[i], deconstruction.Syntax.Span);
            }

            return Value.Unknown;
        }

        Value source = Read(deconstruction.Value);
        if (target is ITupleOperation parts)
        {
            AddDeconstruct(deconstruction, source);
            AssignParts(parts, source, deconstruction.Value.Type, deconstruction.Syntax.Span);
        }
        else
        {
            Assign(target, source, deconstruction.Syntax.Span);
        }

        return source;
    }

    // All are read before the first one is assigned.
    private void KeepExchanged(ImmutableArray<IOperation> targets, Value[] values, TextSpan span)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i].Root is { Kind: ValueKind.Local or ValueKind.Parameter } root && targets.Take(i).Any(target => PlaceOf(target) is { } place && place.Equals(root)))
            {
                var kept = Value.Temporary(NewSite(), i);
                _instructions.Add(new AssignLocal(span, kept.Key, values[i]));
                values[i] = kept;
            }
        }
    }

    // What a type of the program itself does to give its parts.
    private void AddDeconstruct(IDeconstructionAssignmentOperation deconstruction, Value source)
    {
        if (deconstruction is { Value.Type: { IsTupleType: false } type, Syntax: AssignmentExpressionSyntax syntax } && _context.IsOwn(type as INamedTypeSymbol)
            && _context.Model.GetDeconstructionInfo(syntax).Method is { IsImplicitlyDeclared: false, ReducedFrom: null, IsStatic: false } method && _context.IsDispatched(method))
        {
            AddCall(deconstruction.Syntax.Span, method, source, [.. method.Parameters.Select(static _ => Value.Unknown)], isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
        }
    }

    private Value ReadSubscription(IEventAssignmentOperation subscription)
    {
        Value handler = Read(subscription.HandlerValue);
        if (subscription.EventReference is not IEventReferenceOperation reference)
        {
            return Value.Unknown;
        }

        IEventSymbol @event = reference.Event;
        TextSpan span = subscription.Syntax.Span;
        if (!subscription.Adds)
        {
            // Nobody gets to know a handler by being told to forget it.
            if (!_context.IsFieldLike(@event) && @event.RemoveMethod is { } remove && _context.IsDispatched(remove))
            {
                AddCall(span, remove, Read(reference.Instance), [Value.Unknown], isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
            }

            return Value.Unknown;
        }

        if (_context.IsFieldLike(@event))
        {
            _instructions.Add(new StoreMember(span, Reference(reference, @event), handler));
        }
        else if (@event.AddMethod is { } add && _context.IsDispatched(add))
        {
            // Nothing tells whether another assembly's event is a field: if it is not, nobody asks for this place.
            if (_context.IsFollowed(@event.ContainingType))
            {
                _instructions.Add(new StoreMember(span, Reference(reference, @event), handler));
            }

            AddCall(span, add, Read(reference.Instance), [handler], isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
        }
        else
        {
            ReadLibrarySubscription(reference, handler, span);
        }

        return Value.Unknown;
    }

    // A library's event is raised from a context that nobody here sees.
    private void ReadLibrarySubscription(IEventReferenceOperation reference, Value handler, TextSpan span)
    {
        Effect spawn = new(EffectKind.Spawn, EffectTarget.OfParameter(0), LockMode.Exclusive, IsKThread: false)
        {
            Fate = SpawnFate.Repeated,
            IsOnContext = ReadContext.IsOnUiThread(ReceiverType(reference.Instance)),
        };
        var context = Value.Allocation(NewSite(), null);
        _instructions.Add(new Affect(span, context, spawn, handler, null, false, false, reference.Event.Name));
        foreach (Effect effect in _context.Models.Of(reference.Event, ReceiverType(reference.Instance)).Where(static effect => effect.Kind == EffectKind.EndSignals))
        {
            _instructions.Add(new Affect(
                span, context, effect with { Kind = EffectKind.SignalAtEnd }, Read(reference.Instance), null, false, false, reference.Event.Name));
        }
    }
}
