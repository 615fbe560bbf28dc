using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Turns the operations of one body into instructions. Nothing of Roslyn's symbols is left in the result. The file is
/// long because it is one switch over the kinds of operations; each kind has a method of its own.
/// </summary>
internal sealed class OperationReader
{
    private const int MaxText = 40;

    private readonly ReadContext _context;
    private readonly string _body;
    private readonly Action<IFlowAnonymousFunctionOperation, string> _foundFunction;
    private readonly Dictionary<CaptureId, IOperation> _captures = [];
    private ImmutableArray<Instruction>.Builder _instructions = ImmutableArray.CreateBuilder<Instruction>();
    private int _sites;
    private bool _hasScopes;
    private TextSpan _last;

    /// <param name="foundFunction">Called for each lambda met, with the id given to its body.</param>
    public OperationReader(ReadContext context, string body, Action<IFlowAnonymousFunctionOperation, string> foundFunction)
    {
        _context = context;
        _body = body;
        _foundFunction = foundFunction;
    }

    public ImmutableArray<Instruction> ReadBlock(BasicBlock block, out Value? condition, out BranchTest? test)
    {
        _instructions = ImmutableArray.CreateBuilder<Instruction>();
        foreach (IOperation operation in block.Operations)
        {
            _last = operation.Syntax.Span;
            AddReach(operation);
            Read(operation);
        }

        condition = null;
        test = null;
        if (block.BranchValue is { } branchValue)
        {
            AddReach(branchValue);
            Value value = Read(branchValue);
            if (block.ConditionKind != ControlFlowConditionKind.None)
            {
                condition = value;
                test = BranchTest.Of(branchValue, subject => subject == ReadContext.Unwrapped(branchValue) ? Answer(value) : PlaceOf(subject));
            }
            else if (block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return)
            {
                _instructions.Add(new ReturnValue(branchValue.Syntax.Span, value));
            }
        }

        if (block.FallThroughSuccessor?.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow)
        {
            AddThrow(block.BranchValue);
        }

        return _instructions.ToImmutable();
    }

    /// <summary>Whether a handler of this type takes every exception.</summary>
    public bool IsAnyException(ITypeSymbol? type) =>
        type is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace.Name: "System" };

    public string? TypeId(ITypeSymbol? type) => type is INamedTypeSymbol named ? _context.Id(named) : null;

    private void AddThrow(IOperation? exception)
    {
        // A switch expression that covers every case still has a throw of the compiler's behind it.
        if (exception?.Syntax is SwitchExpressionSyntax)
        {
            return;
        }

        ImmutableArray<string>.Builder types = ImmutableArray.CreateBuilder<string>();
        bool isProgrammingError = false;
        for (INamedTypeSymbol? type = ReadContext.Unwrapped(exception)?.Type as INamedTypeSymbol; type is not null; type = type.BaseType)
        {
            types.Add(_context.Id(type));
            isProgrammingError |= type.Name is "ArgumentException" or "NotSupportedException" or "NotImplementedException" or "UnreachableException";
        }

        _instructions.Add(new Throw(exception?.Syntax.Span ?? _last, types.ToImmutable(), isProgrammingError));
    }

    // A try or a timed wait answers with its own result, awaited or not.
    private static Value Answer(Value value) => value is { Kind: ValueKind.Element, Base: { Kind: ValueKind.CallResult } result } ? result : value;

    /// <summary>The place that an operand stands for, without its effects: those have been read.</summary>
    private Value? PlaceOf(IOperation? operation) => ReadContext.Unwrapped(operation) switch
    {
        ILocalReferenceOperation local => _context.Local(local.Local),
        IParameterReferenceOperation parameter => _context.Parameter(parameter.Parameter),
        IFlowCaptureReferenceOperation capture => Capture(capture.Id),
        IInstanceReferenceOperation => Value.This,
        IFieldReferenceOperation { ConstantValue.HasValue: false } field when !field.Field.ContainingType.IsTupleType => PlaceOf(field, field.Field),
        IPropertyReferenceOperation property when _context.IsStorage(property.Property) => PlaceOf(property, property.Property),
        _ => null,
    };

    private Value? PlaceOf(IMemberReferenceOperation reference, ISymbol member) =>
        member.IsStatic ? Value.Static(_context.Id(member))
        : PlaceOf(reference.Instance) is { } instance ? Value.Member(instance, _context.Id(member))
        : null;

    private void AddConstant(IOperation target, IOperation value)
    {
        if (ReadContext.Unwrapped(value)?.ConstantValue is { HasValue: true, Value: null or bool } constant && PlaceOf(target) is { } place)
        {
            _instructions.Add(new AssignConstant(target.Syntax.Span, place.Key, constant.Value as bool?));
        }
    }

    private void AddReach(IOperation operation)
    {
        if (_hasScopes)
        {
            _instructions.Add(new Reach(operation.Syntax.Span));
        }
    }

    private Value Read(IOperation? operation, bool isAwaited = false)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (operation)
        {
            case null:
                return Value.Unknown;
            case IExpressionStatementOperation { Syntax: LockStatementSyntax locking, Operation: IInvalidOperation invalid }:
                return ReadLockStatement(invalid, locking);
            case IExpressionStatementOperation statement:
                return Read(statement.Operation);
            case IConversionOperation { OperatorMethod: null } conversion:
                return Read(conversion.Operand, isAwaited);
            case IConversionOperation { OperatorMethod: { } converter } conversion when _context.IsDispatched(converter):
                return ReadOperator(operation, converter, [conversion.Operand]);
            case IUnaryOperation { OperatorMethod: { } unary } negation when _context.IsDispatched(unary):
                return ReadOperator(operation, unary, [negation.Operand]);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return ContextTests.Negation(Read(not.Operand));
            case IBinaryOperation test when ContextTests.Of(test) is { } asked:
                Read(test.LeftOperand);
                Read(test.RightOperand);
                return asked;
            case IBinaryOperation { OperatorMethod: { } binary } both when _context.IsDispatched(binary):
                return ReadOperator(operation, binary, [both.LeftOperand, both.RightOperand]);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                return ReadComparison(comparison);
            case IIsNullOperation isNull:
                return AddTest(isNull, Read(isNull.Operand), "null", equalsWhenTrue: true);
            case ITypeOfOperation typeOf:
                return typeOf.TypeOperand is INamedTypeSymbol named ? Value.Static("typeof " + _context.Id(named)) : Value.Unknown;
            case IParenthesizedOperation parenthesized:
                return Read(parenthesized.Operand, isAwaited);
            case IFlowCaptureOperation capture:
                return ReadCapture(capture);
            case IFlowCaptureReferenceOperation reference:
                return Capture(reference.Id);
            case IInstanceReferenceOperation:
                return Value.This;
            case ILocalReferenceOperation { ConstantValue.HasValue: false } local:
                return _context.Local(local.Local);
            case IParameterReferenceOperation parameter:
                return _context.Parameter(parameter.Parameter);
            case IFieldReferenceOperation field:
                return ContextTests.Of(field) ?? ReadField(field);
            case IEventReferenceOperation @event:
                return Reference(@event, @event.Event);
            case IPropertyReferenceOperation property:
                return ReadProperty(property);
            case IArrayElementReferenceOperation element:
                ImmutableArray<Value> indices = ReadAll(element.Indices);
                return Value.Element(Read(element.ArrayReference), indices.FirstOrDefault());
            case IDeclarationExpressionOperation declaration:
                return Read(declaration.Expression);
            case ISimpleAssignmentOperation assignment:
                Value source = Read(assignment.Value);
                Assign(assignment.Target, source, assignment.Syntax.Span);
                AddConstant(assignment.Target, assignment.Value);
                SetFlag(assignment.Target, assignment.Value, assignment.Syntax.Span);
                return source;
            case ICompoundAssignmentOperation { Type.TypeKind: TypeKind.Delegate } combination:
                Value added = Read(combination.Value);
                Assign(combination.Target, added, combination.Syntax.Span);
                return added;
            case IDeconstructionAssignmentOperation deconstruction:
                return ReadDeconstruction(deconstruction);
            case IEventAssignmentOperation subscription:
                return ReadSubscription(subscription);
            case IDelegateCreationOperation creation:
                return ReadDelegate(creation);
            case IFlowAnonymousFunctionOperation function:
                return ReadFunction(function);
            case IMethodReferenceOperation method:
                return MethodGroup(method);
            case IInvocationOperation invocation:
                return ReadInvocation(invocation, isAwaited);
            case IObjectCreationOperation creation:
                return ReadCreation(creation);
            case IAwaitOperation awaiting:
                return ReadAwait(awaiting);
            case IIsPatternOperation pattern:
                ReadPattern(pattern);
                return Value.Unknown;
            case IReturnOperation { Kind: OperationKind.YieldReturn } yielded:
                Read(yielded.ReturnedValue);
                _instructions.Add(new YieldElement(yielded.Syntax.Span));
                return Value.Unknown;
            case ITupleOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation or ICollectionExpressionOperation
                or IArrayInitializerOperation or ISpreadOperation or IWithOperation or IInterpolatedStringOperation:
                return ReadAggregate(operation);
            default:
                return ReadOther(operation);
        }
    }

    private Value ReadComparison(IBinaryOperation comparison)
    {
        (IOperation operand, IOperation other) = FlagReader.Constant(comparison.RightOperand) is null
            ? (comparison.RightOperand, comparison.LeftOperand)
            : (comparison.LeftOperand, comparison.RightOperand);
        Value value = Read(operand);
        Read(other);
        if (FlagReader.Constant(other) is not { } constant)
        {
            return Value.Unknown;
        }

        bool equalsWhenTrue = comparison.OperatorKind == BinaryOperatorKind.Equals;
        if (ReadContext.Unwrapped(operand) is IInvocationOperation exchange && FlagReader.IsExchange(exchange))
        {
            return FlagReader.WinsWhenEqual(exchange, constant) is { } winsWhenEqual
                ? AddClaim(exchange, winsWhenEqual == equalsWhenTrue)
                : Value.Unknown;
        }

        return AddTest(comparison, value, constant, equalsWhenTrue);
    }

    private Value AddTest(IOperation test, Value operand, string constant, bool equalsWhenTrue)
    {
        if (operand.Kind == ValueKind.Unknown)
        {
            return operand;
        }

        var result = Value.CallResult(NewSite());
        _instructions.Add(new Test(test.Syntax.Span, result, operand, constant, equalsWhenTrue));
        return result;
    }

    private Value AddClaim(IInvocationOperation exchange, bool winsWhenTrue)
    {
        var result = Value.CallResult(NewSite());
        string change = FlagReader.Constant(FlagReader.Argument(exchange, 1)) ?? "claimed";
        _instructions.Add(new Claim(exchange.Syntax.Span, result, Read(FlagReader.Argument(exchange, 0)), change, winsWhenTrue));
        return result;
    }

    private void SetFlag(IOperation target, IOperation value, TextSpan span)
    {
        if (target is IFieldReferenceOperation or IPropertyReferenceOperation && FlagReader.Constant(value) is { } constant)
        {
            Value flag = Read(target);
            if (flag.Kind is ValueKind.Member or ValueKind.Static)
            {
                _instructions.Add(new SetFlag(span, flag, constant));
            }
        }
    }

    // Roslyn's graph lowers a lock statement over a System.Threading.Lock to an invalid operation before the body, with no release.
    private Value ReadLockStatement(IInvalidOperation operation, LockStatementSyntax statement)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            Value target = Read(child);
            if (child.Type is { Name: "Lock", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } })
            {
                _hasScopes = true;
                Effect acquire = new(EffectKind.Acquire, EffectTarget.Receiver, LockMode.Exclusive, IsKThread: false);
                TextSpan span = statement.Expression.Span;
                _instructions.Add(new Affect(span, Value.CallResult(NewSite()), acquire, target, null, false, false, "lock") { Scope = statement.Span });
            }
        }

        return Value.Unknown;
    }

    private ImmutableArray<Value> ReadAll(IEnumerable<IOperation> operations)
    {
        ImmutableArray<Value>.Builder values = ImmutableArray.CreateBuilder<Value>();
        foreach (IOperation operation in operations)
        {
            values.Add(Read(operation));
        }

        return values.ToImmutable();
    }

    private Value ReadOther(IOperation operation)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            Read(child);
        }

        return Value.Unknown;
    }

    private static ITypeSymbol? ReceiverType(IOperation? instance) => ReadContext.Unwrapped(instance)?.Type;

    private string NewSite() => _body + "#" + _sites++;

    private Value Capture(CaptureId id) => Value.Temporary(_body, id.GetHashCode());

    private Value ReadCapture(IFlowCaptureOperation capture)
    {
        _captures[capture.Id] = capture.Value;
        Value value = Read(capture.Value);
        Value target = Capture(capture.Id);
        _instructions.Add(new AssignLocal(capture.Syntax.Span, target.Key, value));
        if (ReadContext.Unwrapped(capture.Value)?.ConstantValue is { HasValue: true, Value: null or bool } constant)
        {
            _instructions.Add(new AssignConstant(capture.Syntax.Span, target.Key, constant.Value as bool?));
        }

        return value;
    }

    private Value Reference(IMemberReferenceOperation reference, ISymbol member) =>
        member.IsStatic ? Value.Static(_context.Id(member)) : Value.Member(Read(reference.Instance), _context.Id(member));

    private Value ReadField(IFieldReferenceOperation field)
    {
        if (field.Field.ContainingType.IsTupleType)
        {
            return Value.Element(Read(field.Instance));
        }

        if (field.ConstantValue.HasValue)
        {
            return Value.Unknown;
        }

        if (field.Field.IsStatic && _context.HasInitializer(field.Field.ContainingType))
        {
            _instructions.Add(new Touch(field.Syntax.Span, _context.Id(field.Field.ContainingType)));
        }

        return Reference(field, field.Field);
    }

    private Value ReadProperty(IPropertyReferenceOperation reference)
    {
        IPropertySymbol property = reference.Property;
        if (ContextTests.Of(reference) is { } asked)
        {
            Read(reference.Instance);
            return asked;
        }

        if (_context.Models.Of(property, ReceiverType(reference.Instance)) is { IsEmpty: false } effects)
        {
            return Apply(effects, reference, property, Read(reference.Instance), reference.Instance, reference.Arguments, isAwaited: false);
        }

        if (_context.IsStorage(property))
        {
            return Reference(reference, property);
        }

        if (property.GetMethod is { } getter && _context.IsDispatched(getter))
        {
            return AddCall(reference, getter, reference.Instance, reference.Arguments, isAwaited: false);
        }

        Value instance = Read(reference.Instance);
        ImmutableArray<Value> keys = ReadAll(reference.Arguments.Select(static argument => argument.Value));
        return property.IsStatic ? Value.Static(_context.Id(property)) : Value.Element(instance, keys.FirstOrDefault());
    }

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
                AssignTuple(tuple, source, span);
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
        ImmutableArray<Value> arguments = ReadAll(reference.Arguments.Select(static argument => argument.Value)).Add(source);
        if (property.SetMethod is { } setter && _context.IsDispatched(setter))
        {
            AddCall(span, setter, instance, arguments, isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
        }
        else
        {
            _instructions.Add(new Move(span, Value.Unknown, arguments, [instance]));
        }
    }

    private void AssignTuple(ITupleOperation tuple, Value source, TextSpan span)
    {
        foreach (IOperation element in tuple.Elements)
        {
            Assign(element, Value.Element(source), span);
        }
    }

    private Value ReadDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        IOperation target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        if (target is ITupleOperation targets
            && deconstruction.Value is ITupleOperation sources
            && targets.Elements.Length == sources.Elements.Length)
        {
            ImmutableArray<Value> values = ReadAll(sources.Elements);
            for (int i = 0; i < values.Length; i++)
            {
                Assign(targets.Elements[i], values[i], deconstruction.Syntax.Span);
            }

            return Value.Unknown;
        }

        Value source = Read(deconstruction.Value);
        Assign(target, source, deconstruction.Syntax.Span);
        return source;
    }

    private Value ReadSubscription(IEventAssignmentOperation subscription)
    {
        Value handler = Read(subscription.HandlerValue);
        if (subscription.EventReference is not IEventReferenceOperation reference || !subscription.Adds)
        {
            return Value.Unknown;
        }

        IEventSymbol @event = reference.Event;
        TextSpan span = subscription.Syntax.Span;
        if (_context.IsFieldLike(@event))
        {
            _instructions.Add(new StoreMember(span, Reference(reference, @event), handler));
        }
        else if (@event.AddMethod is { } add && _context.IsDispatched(add))
        {
            AddCall(span, add, Read(reference.Instance), [handler], isAwaited: false, isCreation: false, Value.CallResult(NewSite()));
        }
        else
        {
            // A library's event is raised from a context that nobody here sees.
            Effect spawn = new(EffectKind.Spawn, EffectTarget.OfParameter(0), LockMode.Exclusive, IsKThread: false) { Fate = SpawnFate.Repeated };
            _instructions.Add(new Affect(span, Value.Allocation(NewSite(), null), spawn, handler, null, false, false, @event.Name));
        }

        return Value.Unknown;
    }

    private Value ReadDelegate(IDelegateCreationOperation creation) => creation.Target switch
    {
        IMethodReferenceOperation method => MethodGroup(method),
        IFlowAnonymousFunctionOperation function => ReadFunction(function),
        { } other => Read(other),
    };

    private Value ReadFunction(IFlowAnonymousFunctionOperation function)
    {
        string id = _context.BodyId(function.Symbol);
        _foundFunction(function, id);
        return Value.Function(id, Value.This);
    }

    private Value MethodGroup(IMethodReferenceOperation reference)
    {
        Value? receiver = reference.Method.IsStatic ? null : Read(reference.Instance);
        return Value.Function(_context.BodyId(reference.Method), reference.Method.MethodKind == MethodKind.LocalFunction ? Value.This : receiver);
    }

    private Value ReadAwait(IAwaitOperation awaiting)
    {
        IOperation operand = awaiting.Operation;
        bool keepsContext = true;
        while (true)
        {
            if (operand is IConversionOperation conversion)
            {
                operand = conversion.Operand;
            }
            else if (operand is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured } configuring)
            {
                keepsContext &= KeepsContext(configuring);
                operand = configured;
            }
            else
            {
                break;
            }
        }

        Value task = Read(operand, isAwaited: true);
        bool wasModelled = operand is IInvocationOperation invocation && _context.Models.Of(invocation.TargetMethod, ReceiverType(invocation.Instance))
            .Any(static effect => effect.Kind is EffectKind.SemaphoreWait or EffectKind.Wait or EffectKind.WaitOther);
        if (!wasModelled)
        {
            // The result of a body of this program throws where that body does.
            var call = ReadContext.Unwrapped(operand) as IInvocationOperation;
            bool isSource = call is not null && (call.TargetMethod.MethodKind is MethodKind.LocalFunction or MethodKind.DelegateInvoke
                || _context.IsDispatched(Target(call.TargetMethod, ReceiverType(call.Instance))));
            _instructions.Add(new Await(awaiting.Syntax.Span, task, keepsContext, TextOf(operand))
            {
                MayThrow = !isSource && operand is not IPropertyReferenceOperation { Property.Name: "CompletedTask" }
                    && (call is null || ForeignThrows.CountsWhenAwaited(call)),
                IsIndirect = call is not null && !isSource,
            });
        }

        return task.Kind == ValueKind.Unknown ? task : Value.Element(task);
    }

    // ConfigureAwait(true), and options with the first bit (ContinueOnCapturedContext), keep it; a value not known may not.
    private static bool KeepsContext(IInvocationOperation configuring) =>
        configuring.Arguments.FirstOrDefault()?.Value.ConstantValue is { HasValue: true, Value: { } constant }
        && (constant is true || (constant is int options && (options & 1) != 0));

    private void ReadPattern(IIsPatternOperation pattern)
    {
        Value value = Read(pattern.Value);
        ILocalSymbol? declared = pattern.Pattern switch
        {
            IDeclarationPatternOperation declaration => declaration.DeclaredSymbol as ILocalSymbol,
            IRecursivePatternOperation recursive => recursive.DeclaredSymbol as ILocalSymbol,
            _ => null,
        };
        if (declared is not null)
        {
            _instructions.Add(new AssignLocal(pattern.Syntax.Span, _context.Local(declared).Key, value));
        }
    }

    private Value ReadAggregate(IOperation operation)
    {
        var whole = Value.Allocation(NewSite(), null);
        ImmutableArray<Value> parts = ReadAll(operation.ChildOperations);
        _instructions.Add(new Move(operation.Syntax.Span, whole, parts, [whole]));
        return whole;
    }

    private Value ReadInvocation(IInvocationOperation invocation, bool isAwaited)
    {
        IMethodSymbol method = invocation.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            Value target = Read(invocation.Instance);
            ImmutableArray<Value> arguments = ReadAll(invocation.Arguments.Select(static argument => argument.Value));
            var result = Value.CallResult(NewSite());
            _instructions.Add(new Invoke(invocation.Syntax.Span, result, target, arguments, isAwaited));
            return result;
        }

        if (ContextTests.Of(invocation) is { } asked)
        {
            Read(invocation.Instance);
            ReadAll(invocation.Arguments.Select(static argument => argument.Value));
            return asked;
        }

        if (_context.Models.Of(method, ReceiverType(invocation.Instance)) is { IsEmpty: false } effects)
        {
            return Apply(effects, invocation, method, Read(invocation.Instance), invocation.Instance, invocation.Arguments, isAwaited);
        }

        Value returned = AddCall(invocation, method, invocation.Instance, invocation.Arguments, isAwaited);
        if (!FlagReader.IsExchange(invocation))
        {
            return returned;
        }

        if (method.ReturnType.SpecialType == SpecialType.System_Boolean && FlagReader.WinsWhenEqual(invocation, bool.TrueString) is { } winsWhenTrue)
        {
            return AddClaim(invocation, winsWhenTrue);
        }

        if (method.Name == "Exchange" && FlagReader.Constant(FlagReader.Argument(invocation, 1)) == "null")
        {
            _instructions.Add(new Take(invocation.Syntax.Span, returned, Read(FlagReader.Argument(invocation, 0))));
        }

        return returned;
    }

    private Value ReadCreation(IObjectCreationOperation creation)
    {
        var created = Value.Allocation(NewSite(), CreatedLike(creation) ?? _context.CreatedType(creation.Type as INamedTypeSymbol));
        if (creation.Constructor is not { } constructor)
        {
            ReadAll(creation.Arguments);
            return created;
        }

        ImmutableArray<Effect> effects = _context.Models.Of(constructor);
        AddQualities(effects, creation, created);
        if (!effects.All(static effect => IsQuality(effect.Kind)))
        {
            Apply(effects, creation, constructor, created, creation, creation.Arguments, isAwaited: false);
            return created;
        }

        ImmutableArray<Value> arguments = ReadAll(InOrder(creation.Arguments));
        if (_context.IsDispatched(constructor))
        {
            AddCall(creation.Syntax.Span, constructor, created, arguments, isAwaited: false, isCreation: true, Value.Unknown);
        }
        else
        {
            _instructions.Add(new Move(creation.Syntax.Span, created, arguments, [created]) { MayThrow = ForeignThrows.Counts(constructor) });
        }

        return created;
    }

    private static bool IsQuality(EffectKind kind) => kind == EffectKind.LetsHolderIn;

    // What a constructor's argument makes of the new object.
    private void AddQualities(ImmutableArray<Effect> effects, IObjectCreationOperation creation, Value created)
    {
        foreach (Effect effect in effects)
        {
            IArgumentOperation? argument = creation.Arguments.FirstOrDefault(candidate => candidate.Parameter?.Ordinal == effect.Target.Parameter);
            if (IsQuality(effect.Kind) && argument is not null && !IsConstant(argument.Value, effect.UnlessArgument))
            {
                _instructions.Add(new Affect(creation.Syntax.Span, Value.CallResult(NewSite()), effect, created, null, false, false, ""));
            }
        }
    }

    private static bool IsConstant(IOperation argument, int? expected) => argument.ConstantValue is { HasValue: true, Value: { } value }
        && value switch { bool flag => expected == (flag ? 1 : 0), int number => expected == number, _ => false };

    // A Lazy whose mode is None or PublicationOnly runs its factory under no lock.
    private static bool KeepsOthersOut(IObjectCreationOperation creation) => creation.Arguments.All(static argument =>
        argument.Parameter?.Name is not ("mode" or "isThreadSafe") || argument.Value.ConstantValue is { HasValue: true, Value: true or 2 });

    // What the arguments of a library object's constructor say about its waits and signals.
    private static string? CreatedLike(IObjectCreationOperation creation)
    {
        const int RunContinuationsAsynchronously = 64;
        return creation.Type is not { ContainingNamespace: { Name: "Threading" or "Tasks" } } ? null
            : creation.Type.Name switch
            {
                "TaskCompletionSource" when creation.Arguments.All(static argument => argument.Parameter?.Type.Name != "TaskCreationOptions"
                    || (argument.Value.ConstantValue is { HasValue: true, Value: int options } && (options & RunContinuationsAsynchronously) == 0))
                    => Value.InlineSource,
                "ManualResetEvent" or "ManualResetEventSlim" or "AutoResetEvent" or "EventWaitHandle" or "SemaphoreSlim" or "Semaphore" or "CountdownEvent"
                    when creation.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value.ConstantValue is { HasValue: true, Value: var initial }
                        && (initial is true || (initial is int count && count > 0 ^ creation.Type.Name == "CountdownEvent"))
                    => Value.OpenSynchronizer,
                _ => null,
            };
    }

    private Value AddCall(
        IOperation operation, IMethodSymbol method, IOperation? instance, ImmutableArray<IArgumentOperation> arguments, bool isAwaited)
    {
        Value receiver = Read(instance);
        ImmutableArray<Value> values = [.. InOrder(arguments).Select(ReadArgument)];
        TextSpan span = operation.Syntax.Span;
        var result = Value.CallResult(NewSite());
        method = Target(method, ReceiverType(instance));
        bool isDispatched = _context.IsDispatched(method);
        if (isDispatched)
        {
            AddCall(span, method, receiver, values, isAwaited, isCreation: false, result, isBase: instance?.Syntax is BaseExpressionSyntax);
        }

        bool isLibrary = !isDispatched || !_context.IsSource(method.ContainingType);
        if (isLibrary)
        {
            ImmutableArray<Value> from = instance is null ? values : values.Add(receiver);
            _instructions.Add(new Move(span, result, from, instance is null ? [] : [receiver])
            {
                MayThrow = !isDispatched && ForeignThrows.Counts(method),
                IsAtomic = method.ContainingType is { Name: "Interlocked" },
                Empties = method is { Name: "Clear", Parameters.IsEmpty: true, IsStatic: false },
            });
        }

        // What a library returns, or hands out by reference, was kept in the object it was called on.
        Value returned = isLibrary && ReadContext.HandsOutElements(method) && values.Length > 0 && IsKnown(values[0]) ? Value.Element(values[0])
            : !isLibrary || instance is null ? result
            : ReadContext.GivesTaskItself(method) && IsKnown(receiver) ? receiver
            : Value.Element(receiver, ReadContext.FindsByKey(method) ? values.FirstOrDefault() : null);
        AssignByReference(arguments, isLibrary ? returned : null, span);
        return returned;
    }

    private Value ReadArgument(IOperation argument) =>
        ReadContext.Unwrapped(argument)?.ConstantValue is { HasValue: true, Value: bool truth } ? truth ? Value.True : Value.False : Read(argument);

    /// <summary>Through an interface, an object of a known class is called as that class: a using's Dispose is not that of every disposable.</summary>
    private static IMethodSymbol Target(IMethodSymbol method, ITypeSymbol? receiver) =>
        method.ContainingType?.TypeKind == TypeKind.Interface && receiver?.TypeKind is TypeKind.Class or TypeKind.Struct
            ? receiver!.FindImplementationForInterfaceMember(method) as IMethodSymbol ?? method
            : method;

    /// <param name="source">What by-reference arguments get; null for what the called body leaves in its parameter.</param>
    private void AssignByReference(ImmutableArray<IArgumentOperation> arguments, Value? source, TextSpan span)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref } parameter)
            {
                Assign(argument.Value, source ?? _context.ParameterOf(parameter), span);
            }
        }
    }

    private Value ReadOperator(IOperation operation, IMethodSymbol method, ImmutableArray<IOperation> operands)
    {
        ImmutableArray<Value> values = ReadAll(operands);
        var result = Value.CallResult(NewSite());
        AddCall(operation.Syntax.Span, method, Value.Unknown, values, isAwaited: false, isCreation: false, result);
        return result;
    }

    private void AddCall(
        TextSpan span, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments, bool isAwaited, bool isCreation, Value result, bool isBase = false)
    {
        IMethodSymbol target = method.ReducedFrom ?? method;
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            _instructions.Add(new Call(span, result, _context.BodyId(method), Value.This, arguments, false, false, false, isAwaited, false));
            return;
        }

        bool isVirtual = !isBase && (target.IsVirtual || target.IsAbstract || target.IsOverride || target.ContainingType.TypeKind == TypeKind.Interface);
        bool isOpen = isVirtual && _context.IsOpenToOthers(target);
        _instructions.Add(new Call(span, result, _context.Id(target), receiver, arguments, isVirtual, isVirtual && _context.IsGeneralPurpose(target.ContainingType), isOpen, isAwaited, isCreation));
    }

    private static IEnumerable<IOperation> InOrder(ImmutableArray<IArgumentOperation> arguments)
    {
        // Only named arguments come out of order.
        bool isInOrder = true;
        for (int i = 1; i < arguments.Length && isInOrder; i++)
        {
            isInOrder = (arguments[i - 1].Parameter?.Ordinal ?? 0) <= (arguments[i].Parameter?.Ordinal ?? 0);
        }

        IEnumerable<IArgumentOperation> ordered = isInOrder ? arguments : arguments.OrderBy(static argument => argument.Parameter?.Ordinal ?? 0);
        return ordered.Select(static argument => argument.Value);
    }

    private Value Apply(
        ImmutableArray<Effect> effects,
        IOperation operation,
        ISymbol member,
        Value receiver,
        IOperation? receiverOperation,
        ImmutableArray<IArgumentOperation> arguments,
        bool isAwaited)
    {
        var values = new Dictionary<int, (IArgumentOperation Argument, Value Value)>();
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { Ordinal: var ordinal })
            {
                values[ordinal] = (argument, Read(argument.Value));
            }
        }

        if (effects[0].Kind is EffectKind.IsOwnContext or EffectKind.IsOtherContext)
        {
            return effects[0].Kind == EffectKind.IsOwnContext ? Value.IsOwnContext : Value.IsOtherContext;
        }

        TimeLimit limit = TimeLimits.Of(member, arguments);
        var result = Value.CallResult(NewSite());
        foreach (Effect effect in effects)
        {
            (Value Value, IOperation? Operation)? target = effect.Target.IsReceiver ? (receiver, receiverOperation)
                : values.TryGetValue(effect.Target.Parameter, out (IArgumentOperation Argument, Value Value) found) ? (found.Value, found.Argument.Value)
                : null;
            if (target is { } operand && !(limit == TimeLimit.Zero && IsBlocking(effect.Kind)))
            {
                AddEffect(effect, operation, member, operand.Value, operand.Operation, ref result, receiver, limit, isAwaited);
            }
        }

        if (ReadContext.HandsOutElements(member) && values.TryGetValue(0, out (IArgumentOperation Argument, Value Value) sequence) && IsKnown(sequence.Value))
        {
            return Value.Element(sequence.Value);
        }

        return MovesObjects(effects) ? AddMove(operation.Syntax.Span, result, receiver, values, arguments, ReadContext.FindsByKey(member)) : result;
    }

    private static bool IsKnown(Value value) => value.Kind != ValueKind.Unknown;

    // A call that signals, waits or runs a delegate may besides hand objects over, as a collection's members do.
    private static bool MovesObjects(ImmutableArray<Effect> effects) =>
        effects.All(static effect => effect.Kind is EffectKind.Signal or EffectKind.Wait or EffectKind.Callback or EffectKind.Force);

    private Value AddMove(
        TextSpan span,
        Value result,
        Value receiver,
        Dictionary<int, (IArgumentOperation Argument, Value Value)> arguments,
        ImmutableArray<IArgumentOperation> operations,
        bool isByKey)
    {
        IEnumerable<Value> values = arguments.Values.Select(static argument => argument.Value);
        if (receiver.Kind == ValueKind.Unknown)
        {
            _instructions.Add(new Move(span, result, [.. values], []));
            return result;
        }

        _instructions.Add(new Move(span, receiver, [.. values, result], [receiver]));

        Value element = Value.Element(receiver, isByKey && arguments.TryGetValue(0, out (IArgumentOperation Argument, Value Value) key) ? key.Value : null);
        AssignByReference(operations, element, span);
        return element;
    }

    // A lock statement captures its object as object: what it was before tells the class.
    private ITypeSymbol? StaticType(IOperation? operation)
    {
        IOperation? unwrapped = ReadContext.Unwrapped(operation);
        while (unwrapped is IFlowCaptureReferenceOperation reference && _captures.TryGetValue(reference.Id, out IOperation? captured))
        {
            unwrapped = ReadContext.Unwrapped(captured);
        }

        return unwrapped?.Type;
    }

    private static string TextOf(IOperation? target, ISymbol? member = null)
    {
        string otherwise = member?.Name ?? "a task";
        string text = target is { IsImplicit: false, Syntax: ExpressionSyntax expression } ? expression.ToString() : otherwise;
        int awaiter = text.IndexOf(".GetAwaiter()", StringComparison.Ordinal);
        text = awaiter < 0 ? text : text.Substring(0, awaiter);
        return text.Length > MaxText || text.Contains('\n') ? otherwise : text;
    }

    // TryEnter(gate, ref taken): the flag is the call's answer.
    private void AssignTaken(Effect effect, IOperation operation, Value result)
    {
        if (effect.Kind is not (EffectKind.TryAcquire or EffectKind.Acquire) || operation is not IInvocationOperation { Arguments: var arguments })
        {
            return;
        }

        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is not { RefKind: RefKind.Ref or RefKind.Out })
            {
                continue;
            }

            if (effect.Kind == EffectKind.TryAcquire)
            {
                Assign(argument.Value, result, operation.Syntax.Span);
            }
            else if (PlaceOf(argument.Value) is { } place)
            {
                _instructions.Add(new AssignConstant(operation.Syntax.Span, place.Key, true));
            }
        }
    }

    private static bool IsCancellable(IOperation operation) =>
        operation is IInvocationOperation invocation && ForeignThrows.IsCancellable(invocation.Arguments);

    private static bool IsBlocking(EffectKind kind) =>
        kind is EffectKind.Wait or EffectKind.WaitOther or EffectKind.WaitAny or EffectKind.SemaphoreWait or EffectKind.ConditionWait;

    private void AddEffect(
        Effect effect,
        IOperation operation,
        ISymbol member,
        Value target,
        IOperation? targetOperation,
        ref Value result,
        Value receiver,
        TimeLimit limit,
        bool isAwaited)
    {
        Value instructionResult = result;
        switch (effect.Kind)
        {
            case EffectKind.AcquireScope:
                instructionResult = result = Value.Scope(target);
                break;
            case EffectKind.Spawn or EffectKind.Fork:
                if (target.Kind == ValueKind.Unknown)
                {
                    return;
                }

                instructionResult = result = operation is IObjectCreationOperation ? receiver : Value.Allocation(NewSite(), null);
                break;
            case EffectKind.SignalAtEnd:
                instructionResult = receiver;
                break;
            case EffectKind.Register:
                if (operation is IObjectCreationOperation creation && !KeepsOthersOut(creation))
                {
                    return;
                }

                _instructions.Add(new Register(operation.Syntax.Span, receiver, target, operation is IObjectCreationOperation));
                return;
        }

        string? type = member.ContainingType?.Name == "BlockingCollection" ? Value.Queue
            : StaticType(targetOperation) is INamedTypeSymbol { TypeKind: TypeKind.Class } named && _context.IsSource(named)
                ? _context.Id(named)
                : null;
        _instructions.Add(new Affect(
            operation.Syntax.Span, instructionResult, effect, target, type, limit != TimeLimit.None, isAwaited, TextOf(targetOperation, member))
        {
            IsStatement = operation.IsImplicit,
            IsCancellable = IsBlocking(effect.Kind) && IsCancellable(operation),
            MayThrow = IsBlocking(effect.Kind) && (IsCancellable(operation) || member.ContainingType?.Name is "Task" or "TaskAwaiter" or "ConfiguredTaskAwaiter"),
        });
        AssignTaken(effect, operation, result);
    }
}
