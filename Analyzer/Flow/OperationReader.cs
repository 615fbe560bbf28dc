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
/// Turns the operations of one body into instructions. Nothing of Roslyn's symbols is left in the result. One switch over
/// the kinds of operations leads to a method for each; they are in the files named after this one.
/// </summary>
internal sealed partial class OperationReader
{
    private const int MaxText = 40;

    private readonly ReadContext _context;
    private readonly string _body;
    private readonly Action<IFlowAnonymousFunctionOperation, string> _foundFunction;
    private readonly Action<MethodGroup> _foundGroup;
    private readonly Dictionary<CaptureId, IOperation> _captures = [];
    private readonly HashSet<CaptureId> _recaptured = [];
    private readonly Dictionary<int, int> _groups = [];
    private ImmutableArray<Instruction>.Builder _instructions = ImmutableArray.CreateBuilder<Instruction>();
    private int _sites;
    private bool _hasScopes;
    private TextSpan _last;

    /// <param name="foundFunction">Called for each lambda met, with the id given to its body.</param>
    /// <param name="foundGroup">Called for each delegate of a method that no body of the compilation stands for.</param>
    public OperationReader(
        ReadContext context, string body, Action<IFlowAnonymousFunctionOperation, string> foundFunction, Action<MethodGroup> foundGroup)
    {
        _context = context;
        _body = body;
        _foundFunction = foundFunction;
        _foundGroup = foundGroup;
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
            Value value = Read(branchValue, IsHandedOn(block, branchValue));
            if (block.ConditionKind != ControlFlowConditionKind.None)
            {
                condition = value;
                test = BranchTest.Of(branchValue, subject => CancellationOf(subject) ?? (subject == ReadContext.Unwrapped(branchValue) ? Answer(value) : PlaceOf(subject) ?? ComparedAnswer(value)), _context.Local);
            }
            else if (block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return)
            {
                Optional<object?> constant = ReadContext.Unwrapped(branchValue)?.ConstantValue ?? default;
                _instructions.Add(new ReturnValue(branchValue.Syntax.Span, value)
                {
                    IsTask = TaskForms.IsTask(branchValue.Type),
                    IsCompleted = TaskForms.IsCompleted(branchValue),
                    Truth = constant.Value as bool?,
                    IsNull = constant is { HasValue: true, Value: null },
                });
            }
        }

        if (block.FallThroughSuccessor?.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow)
        {
            AddThrow(block.BranchValue);
        }

        return _instructions.ToImmutable();
    }

    // The task of a call that is returned at once is as good as awaited: whoever awaits this body waits for it.
    private bool IsHandedOn(BasicBlock block, IOperation returned) =>
        block.FallThroughSuccessor is { Semantics: ControlFlowBranchSemantics.Return, FinallyRegions.IsEmpty: true }
        && TaskForms.IsTask(returned.Type)
        && ReadContext.Unwrapped(returned) is IInvocationOperation call
        && _context.Models.Of(call.TargetMethod, ReceiverType(call.Instance)).IsEmpty;

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
        bool isOfArguments = false;
        for (INamedTypeSymbol? type = ReadContext.Unwrapped(exception)?.Type as INamedTypeSymbol; type is not null; type = type.BaseType)
        {
            types.Add(_context.Id(type));
            isOfArguments |= type.Name == "ArgumentException";
            isProgrammingError |= type.Name is "NotSupportedException" or "NotImplementedException" or "UnreachableException";
        }

        isProgrammingError |= isOfArguments && !ThrowConditions.AskForResults(exception!.Syntax, _context.Model);

        _instructions.Add(new Throw(exception?.Syntax.Span ?? _last, types.ToImmutable(), isProgrammingError) { IsNullCheck = exception is not null && ThrowConditions.AskForNull(exception.Syntax) });
    }

    // A try or a timed wait answers with its own result, awaited or not.
    private static Value Answer(Value value) => value is { Kind: ValueKind.Element, Base: { Kind: ValueKind.CallResult } result } ? result : value;

    // An answer that is compared with a truth value, as in "TryEnter(...) == false".
    private Value? ComparedAnswer(Value comparison) =>
        _instructions.LastOrDefault() is Test test && test.Result.Equals(comparison) && FlagReader.IsTruth(test.Constant) ? Answer(test.Operand) : null;

    /// <summary>The place that an operand stands for, without its effects: those have been read.</summary>
    private Value? PlaceOf(IOperation? operation) => ReadContext.Unwrapped(operation) switch
    {
        ILocalReferenceOperation local => _context.Local(local.Local),
        IParameterReferenceOperation parameter => _context.Parameter(parameter.Parameter),
        IFlowCaptureReferenceOperation capture => Capture(capture.Id),
        IInstanceReferenceOperation instance => Instance(instance),
        IFieldReferenceOperation { ConstantValue.HasValue: false } field when !field.Field.ContainingType.IsTupleType => PlaceOf(field, field.Field),
        IPropertyReferenceOperation property when _context.IsStorage(property.Property) => PlaceOf(property, property.Property),
        _ => null,
    };

    private Value? PlaceOf(IMemberReferenceOperation reference, ISymbol member) =>
        member.IsStatic ? Value.Static(_context.Id(member))
        : PlaceOf(reference.Instance) is { } instance ? Value.Member(instance, _context.Id(member))
        : null;

    // What a coalescing assignment gives is kept in the member from now on, whether it was there before or not.
    private Value? FilledBy(IOperation captured) =>
        captured is ISimpleAssignmentOperation { Syntax.RawKind: (int)Microsoft.CodeAnalysis.CSharp.SyntaxKind.CoalesceAssignmentExpression, Target: var target }
        && PlaceOf(target is IFlowCaptureReferenceOperation reference && _captures.TryGetValue(reference.Id, out IOperation? filled) ? filled : target) is { Kind: ValueKind.Member or ValueKind.Static } place ? place : null;

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
                Value denied = Read(not.Operand);
                return ContextTests.Negation(denied) is { Kind: not ValueKind.Unknown } opposite ? opposite : AddTest(not, denied, bool.FalseString, equalsWhenTrue: true);
            case IIsTypeOperation { ValueOperand: var tested } when ContextTests.IsOwnVariable(tested):
                Read(tested);
                return Value.IsOwnContext;
            case IBinaryOperation test when ContextTests.Of(test) is { } asked:
                Read(test.LeftOperand);
                Read(test.RightOperand);
                return asked;
            case IBinaryOperation { OperatorMethod: { } binary } both when _context.IsDispatched(binary):
                return ReadOperator(operation, binary, [both.LeftOperand, both.RightOperand]);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String, ConstantValue.HasValue: false } sum:
                return ReadSum(sum);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                return ReadComparison(comparison);
            case IIsNullOperation isNull:
                return AddTest(isNull, Read(isNull.Operand), Value.Null.Id, equalsWhenTrue: true);
            case ITypeOfOperation typeOf:
                return typeOf.TypeOperand is INamedTypeSymbol named ? Value.Static("typeof " + _context.Id(named)) : Value.Unknown;
            case IParenthesizedOperation parenthesized:
                return Read(parenthesized.Operand, isAwaited);
            case ITranslatedQueryOperation query:
                return Read(query.Operation);
            case IFlowCaptureOperation capture:
                return ReadCapture(capture);
            case IFlowCaptureReferenceOperation reference:
                return Capture(reference.Id);
            case IInstanceReferenceOperation instance:
                return Instance(instance);
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
                Value index = ReadKey(element.Indices);
                return Value.Element(Read(element.ArrayReference), index);
            case IImplicitIndexerReferenceOperation fromEnd:
                Read(fromEnd.Argument);
                return Value.Element(Read(fromEnd.Instance));
            case IDeclarationExpressionOperation declaration:
                return Read(declaration.Expression);
            case ISimpleAssignmentOperation assignment:
                Value source = Read(assignment.Value);
                source = assignment.Target is ILocalReferenceOperation ? ComputedKey(assignment.Value) ?? source : source;
                Assign(assignment.Target, source, assignment.Syntax.Span);
                NoteStartable(assignment.Target, source);
                AddConstant(assignment.Target, assignment.Value);
                SetFlag(assignment.Target, assignment.Value, assignment.Syntax.Span);
                return source;
            case ICompoundAssignmentOperation { Type.TypeKind: TypeKind.Delegate } combination:
                Value added = Read(combination.Value);
                Assign(combination.Target, added, combination.Syntax.Span);
                return added;
            case IIncrementOrDecrementOperation { OperatorMethod: null } step:
                return ReadCount(step.Target, step.Kind == OperationKind.Increment, step.Syntax.Span);
            case ICompoundAssignmentOperation { OperatorMethod: null } change:
                Read(change.Value);
                return ReadCount(change.Target, change.OperatorKind == BinaryOperatorKind.Add && FlagReader.IsPositive(change.Value), change.Syntax.Span);
            case IDeconstructionAssignmentOperation deconstruction:
                return ReadDeconstruction(deconstruction);
            case IEventAssignmentOperation subscription:
                return ReadSubscription(subscription);
            case IDelegateCreationOperation creation:
                return ReadDelegate(creation);
            case IFlowAnonymousFunctionOperation function:
                return ReadFunction(function);
            case IMethodReferenceOperation method:
                return ReadMethodGroup(method);
            case IInvocationOperation invocation:
                return ReadInvocation(invocation, isAwaited);
            case IObjectCreationOperation creation:
                return ReadCreation(creation);
            case IAwaitOperation awaiting:
                return ReadAwait(awaiting);
            case IIsPatternOperation pattern:
                return ReadPattern(pattern);
            case IReturnOperation { Kind: OperationKind.YieldReturn } yielded:
                _instructions.Add(new YieldElement(yielded.Syntax.Span, Read(yielded.ReturnedValue)));
                return Value.Unknown;
            case ITupleOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation or ICollectionExpressionOperation
                or IArrayInitializerOperation or ISpreadOperation or IWithOperation or IInterpolatedStringOperation:
                return ReadAggregate(operation);
            default:
                return ReadOther(operation);
        }
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

    private string NewSite() => _body + "#" + _sites++;

    private Value Capture(CaptureId id) => Value.Temporary(_body, id.GetHashCode());

    private Value ReadCapture(IFlowCaptureOperation capture)
    {
        if (_captures.ContainsKey(capture.Id))
        {
            _recaptured.Add(capture.Id);
        }

        _captures[capture.Id] = capture.Value;
        Value value = Read(capture.Value);
        value = FilledBy(capture.Value) ?? value;
        Value target = Capture(capture.Id);
        _instructions.Add(new AssignLocal(capture.Syntax.Span, target.Key, value));
        NoteStartable(target.Key, value);
        if (ReadContext.Unwrapped(capture.Value)?.ConstantValue is { HasValue: true, Value: null or bool } constant)
        {
            _instructions.Add(new AssignConstant(capture.Syntax.Span, target.Key, constant.Value as bool?));
        }

        return value;
    }

    private Value Reference(IMemberReferenceOperation reference, ISymbol member)
    {
        _context.Note(member, reference.Syntax.Span);
        return member.IsStatic ? Value.Static(_context.Id(member)) : Value.Member(Read(reference.Instance), _context.Id(member));
    }

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

        // What a collection has to be locked by is one object, and none of its elements.
        if (property is { Name: "SyncRoot", IsStatic: false } && !_context.IsOwn(property.ContainingType))
        {
            return Value.Member(Read(reference.Instance), "P:System.Collections.ICollection.SyncRoot");
        }

        if (property.Name == "Completion" && ReadContext.IsQueue(property.ContainingType))
        {
            return Value.TaskOfQueue(Read(reference.Instance), isForRoom: false, isCancellable: false);
        }

        if (property.ContainingType.IsAnonymousType)
        {
            return Value.Element(Read(reference.Instance));
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
        Value key = ReadKey(reference.Arguments.Select(static argument => argument.Value));
        return property.IsStatic ? Value.Static(_context.Id(property))
            : CancellationOf(reference) ?? (ReadContext.GivesReceiverItself(property) ? instance : Value.Element(instance, reference.Arguments.IsEmpty ? null : key));
    }
}
