using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// Calls and creations of what has no model.
internal sealed partial class OperationReader
{
    private Value ReadInvocation(IInvocationOperation invocation, bool isAwaited)
    {
        IMethodSymbol method = invocation.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            return AddInvoke(invocation, invocation.Arguments.Select(static argument => argument.Value), isAwaited);
        }

        if (method is { Name: "DynamicInvoke", ContainingType.SpecialType: SpecialType.System_Delegate })
        {
            return AddInvoke(invocation, (invocation.Arguments[0].Value as IArrayCreationOperation)?.Initializer?.ElementValues ?? [], isAwaited);
        }

        if (ContextTests.Of(invocation) is { } asked)
        {
            Read(invocation.Instance);
            ReadAll(invocation.Arguments.Select(static argument => argument.Value));
            return asked;
        }

        if (method is { Name: "ReferenceEquals", ContainingType.SpecialType: SpecialType.System_Object })
        {
            ReadAll(invocation.Arguments.Select(static argument => argument.Value));
            return CompareObjects(invocation, FlagReader.Argument(invocation, 0), FlagReader.Argument(invocation, 1), equalsWhenTrue: true);
        }

        if (_context.Models.Of(method, ReceiverType(invocation.Instance)) is { IsEmpty: false } effects)
        {
            Value applied = Apply(effects, invocation, method, Read(invocation.Instance), invocation.Instance, invocation.Arguments, isAwaited);
            AddSpin(invocation);
            return applied;
        }

        if (ReadVolatile(invocation) is { } accessed)
        {
            return accessed;
        }

        AddTurn(invocation);
        if (invocation is { IsVirtual: true, Instance: { } told } && method is { Name: "ToString", ContainingType.SpecialType: SpecialType.System_Object })
        {
            AddText(told);
        }

        Value returned = AddCall(invocation, method, invocation.Instance, invocation.Arguments, isAwaited);
        AddService(invocation, returned);
        if (FlagReader.NumberStored(invocation) is { } number && _instructions.Count > 0 && _instructions[_instructions.Count - 1] is StoreMember stored && stored.Span == invocation.Syntax.Span)
        {
            _instructions[_instructions.Count - 1] = stored with { Number = number };
        }

        if (!FlagReader.IsExchange(invocation))
        {
            return returned;
        }

        if (method.ReturnType.SpecialType == SpecialType.System_Boolean && FlagReader.WinsWhenEqual(invocation, bool.TrueString) is { } winsWhenTrue)
        {
            return AddClaim(invocation, winsWhenTrue);
        }

        if (method.Name == "Exchange" && FlagReader.Constant(FlagReader.Argument(invocation, 1)) == Value.Null.Id)
        {
            _instructions.Add(new Take(invocation.Syntax.Span, returned, Read(FlagReader.Argument(invocation, 0))));
        }

        return returned;
    }

    private Value AddInvoke(IInvocationOperation invocation, IEnumerable<IOperation> arguments, bool isAwaited)
    {
        Value target = Read(invocation.Instance);
        ImmutableArray<Value> values = ReadAll(arguments);
        var result = Value.CallResult(NewSite());
        _instructions.Add(new Invoke(invocation.Syntax.Span, result, target, values, isAwaited));
        return result;
    }

    private Value ReadCreation(IObjectCreationOperation creation)
    {
        var created = Value.Allocation(NewSite(), IsSpent(creation) ? null : CreatedLike(creation) ?? _context.CreatedType(creation.Type as INamedTypeSymbol));
        if (creation.Constructor is not { } constructor)
        {
            ReadAll(creation.Arguments);
            return created;
        }

        AddBirth(creation, constructor, creation.Arguments, created);

        ImmutableArray<Effect> effects = _context.Models.Of(constructor);
        AddQualities(effects, creation, created);
        if (!effects.All(static effect => IsQuality(effect.Kind)))
        {
            Apply(effects, creation, constructor, created, creation, creation.Arguments, isAwaited: false);
            return created;
        }

        bool isDispatched = _context.IsDispatched(constructor);
        IOperation[] operands = [.. InOrder(creation.Arguments)];
        ImmutableArray<Value> arguments = [.. operands.Select(argument => ReadArgument(argument, isDispatched))];
        if (isDispatched)
        {
            AddCall(creation.Syntax.Span, constructor, created, arguments, isAwaited: false, isCreation: true, Value.Unknown);
        }
        else
        {
            AddEnumerations(creation.Syntax.Span, constructor, operands.Zip(arguments, static (operand, value) => (operand, value)));
            _instructions.Add(new Move(creation.Syntax.Span, created, arguments, [created])
            {
                Keeping = KeepingOf(constructor),
                MayThrow = ForeignThrows.Counts(constructor),
                IsCompletedTask = TaskForms.IsCompleted(creation),
            });
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
        return ReadContext.IsQueue(creation.Type as INamedTypeSymbol) ? creation.Constructor?.Parameters.LastOrDefault()?.Type.SpecialType == SpecialType.System_Int32 ? Value.BoundedQueue : null
            : creation.Type is not { ContainingNamespace: { Name: "Threading" or "Tasks" } } ? null
            : creation.Type.Name switch
            {
                "TaskCompletionSource" when creation.Arguments.All(static argument => argument.Parameter?.Type.Name != "TaskCreationOptions"
                    || (argument.Value.ConstantValue is { HasValue: true, Value: int options } && (options & RunContinuationsAsynchronously) == 0))
                    => Value.InlineSource,
                "ManualResetEvent" or "ManualResetEventSlim" or "AutoResetEvent" or "EventWaitHandle" or "SemaphoreSlim" or "Semaphore"
                    when Initial(creation) is true or > 0 || HasAllUnits(creation)
                    => Value.OpenSynchronizer,
                "CountdownEvent" => Value.Countdown,
                _ => null,
            };
    }

    // A countdown of nothing has nobody wait: it only takes the place until there is another.
    private static bool IsSpent(IObjectCreationOperation creation) =>
        creation.Type is { Name: "CountdownEvent", ContainingNamespace.Name: "Threading" } && Initial(creation) is 0;

    // The most units that a semaphore may have are not none: where both counts are one expression, it has some at first.
    private static bool HasAllUnits(IObjectCreationOperation creation) =>
        ArgumentOf(creation, 0) is { Syntax: var initial } && ArgumentOf(creation, 1) is { Syntax: var most } && SyntaxFactory.AreEquivalent(initial, most);

    private static object? Initial(IObjectCreationOperation creation) => ArgumentOf(creation, 0)?.ConstantValue.Value;

    private static IOperation? ArgumentOf(IObjectCreationOperation creation, int parameter) =>
        creation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter)?.Value;

    private Value AddCall(
        IOperation operation, IMethodSymbol method, IOperation? instance, ImmutableArray<IArgumentOperation> arguments, bool isAwaited)
    {
        Value receiver = ReadKept(instance);
        IOperation[] operands = [.. InOrder(arguments)];
        method = Target(method, ReceiverType(instance));
        bool isDispatched = _context.IsDispatched(method);
        ImmutableArray<Value> values = [.. operands.Select(operand => ReadArgument(operand, isDispatched))];
        TextSpan span = operation.Syntax.Span;
        var result = Value.CallResult(NewSite());
        if (isDispatched)
        {
            AddCall(span, method, receiver, values, isAwaited, isCreation: false, result, isDirect: instance?.Syntax is BaseExpressionSyntax || IsDisposalOfEnumerator(operation, method));
        }
        else
        {
            AddConditions(span, method, receiver, values);
            AddDeclaredEffects(span, method, receiver, values, result, isAwaited);
            AddEnumerations(span, method, operands.Zip(values, static (operand, value) => (operand, value)));
        }

        bool isLibrary = !isDispatched || !_context.IsSource(method.ContainingType);
        if (isLibrary)
        {
            bool emptiesArray = method is { Name: "Clear", ContainingType.SpecialType: SpecialType.System_Array } && values.Length > 0;
            IEnumerable<Value> given = values.Zip(operands, Carried);
            ImmutableArray<Value> from = emptiesArray ? [] : instance is null ? [.. given] : [.. given, receiver];

            // What answers in the source gives is found where everything is that the library's type hands out.
            from = isDispatched && !method.ReturnsVoid && ReadContext.MayCarryObjects(method.ReturnType) ? from.Add(result) : from;
            _instructions.Add(new Move(span, result, from, emptiesArray ? [values[0]] : instance is null || !KeepsArguments(method.ContainingType) ? [] : [receiver])
            {
                Keeping = KeepingOf(method),
                At = Containers.KeepsByKey(method) ? KeyOf(arguments)?.Id : null,
                MayThrow = !isDispatched && ForeignThrows.Counts(method),
                IsAtomic = method.ContainingType is { Name: "Interlocked" },
                Empties = emptiesArray || method is { Name: "Clear", Parameters.IsEmpty: true, IsStatic: false },
                Puts = CollectionCalls.IsAddition(method.Name),
                Takes = instance is not null && CollectionCalls.IsTaking(method.Name),
                Loses = Containers.RemovesByKey(method, arguments) && operation.Parent is IExpressionStatementOperation,
                IsKeyed = Containers.NamesKey(method),
            });
        }

        // What a library returns, or hands out by reference, was kept in the object it was called on.
        Value returned = isLibrary && ReadContext.HandsOutElements(method) && values.Length > 0 && IsKnown(values[0]) ? Value.Element(values[0], Containers.IsView(method) || ReadContext.IsAllOf(method) ? Value.Whole : null)
            : !isLibrary || instance is null ? result
            : ReadContext.GivesReceiverItself(method) && IsKnown(receiver) ? receiver
            : Value.Element(receiver, ReadContext.FindsByKey(method) ? KeyOf(arguments) ?? values.FirstOrDefault() : Containers.IsView(method) ? Value.Whole : null);
        AssignByReference(arguments, isLibrary ? returned : null, span);
        return returned;
    }

    // What a type or member is asked about an object does not make it keep the object.
    private static bool KeepsArguments(INamedTypeSymbol type) =>
        type is not { Name: "Type", ContainingNamespace.Name: "System" } and not { ContainingNamespace: { Name: "Reflection", ContainingNamespace.Name: "System" } };

    // What a callee in sight tests, or looks up by, is told to it; the library's own tests are in its models.
    private Value ReadArgument(IOperation argument, bool isDispatched) => ReadContext.Unwrapped(argument)?.ConstantValue switch
    {
        { HasValue: true, Value: bool truth } => truth ? Value.True : Value.False,
        { HasValue: true, Value: null } => Value.Null,
        { HasValue: true } => isDispatched ? ConstantKeys.Of(argument, _context) ?? Value.Unknown : Value.Unknown,
        _ when isDispatched && ForeignThrows.IsNoToken(argument) => Value.Null,
        _ => ReadKept(argument),
    };

    // Where an argument branches, the compiler's graph calls on a copy of the receiver: what is put into that is put into the member.
    private Value ReadKept(IOperation? operation)
    {
        Value value = Read(operation);
        if (ComputedKey(operation) is { } made)
        {
            return made;
        }

        return ReadContext.Unwrapped(operation) is Microsoft.CodeAnalysis.FlowAnalysis.IFlowCaptureReferenceOperation reference
            && !_recaptured.Contains(reference.Id) && _captures.TryGetValue(reference.Id, out IOperation? captured) && PlaceOf(captured) is { } place ? place : value;
    }

    // At the end of a loop over a sequence: the enumerator goes by the name of the sequence's elements, and is none of them.
    private static bool IsDisposalOfEnumerator(IOperation operation, IMethodSymbol method) =>
        operation.IsImplicit && method is { Name: "Dispose" or "DisposeAsync", ContainingType.TypeKind: TypeKind.Interface }
        && (operation.Syntax is CommonForEachStatementSyntax || (operation.Syntax.Parent is CommonForEachStatementSyntax loop && loop.Expression == operation.Syntax));

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
        TextSpan span, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments, bool isAwaited, bool isCreation, Value result, bool isDirect = false)
    {
        IMethodSymbol target = method.ReducedFrom ?? method;
        AddConditions(span, target, receiver, arguments);
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            _instructions.Add(new Call(span, result, _context.BodyId(method), Value.This, arguments, false, false, false, isAwaited, false));
            return;
        }

        bool isVirtual = !isDirect && (target.IsVirtual || target.IsAbstract || target.IsOverride || target.ContainingType.TypeKind == TypeKind.Interface);
        bool isNonBlocking = _context.Declarations?.Of(target, DeclarationKind.NonBlocking).Any() == true;
        bool isOpen = isVirtual && !isNonBlocking && _context.IsOpenToOthers(target);
        _instructions.Add(new Call(span, result, _context.Id(target), receiver, arguments, isVirtual, isVirtual && _context.IsGeneralPurpose(target.ContainingType), isOpen, isAwaited, isCreation));
        if (isVirtual || target.IsExtern || !_context.IsOwn(target.ContainingType))
        {
            AddDeclaredEffects(span, target, receiver, arguments, result, isAwaited);
        }
    }

    // Of a cast to what the object is, that; of one to what it is as well, what it is.
    private static ITypeSymbol? ReceiverType(IOperation? instance) => instance switch
    {
        IConversionOperation { IsImplicit: false, OperatorMethod: null, Type: { } type, Operand: var operand } when type.TypeKind != TypeKind.Interface && IsBelow(type, operand.Type) => type,
        IConversionOperation { Operand: var operand } => ReceiverType(operand),
        IParenthesizedOperation { Operand: var operand } => ReceiverType(operand),
        _ => ReadContext.Unwrapped(instance)?.Type,
    };

    private static bool IsBelow(ITypeSymbol type, ITypeSymbol? above) =>
        above is { TypeKind: TypeKind.Interface } or { SpecialType: SpecialType.System_Object } || (type.BaseType is { } @base && (SymbolEqualityComparer.Default.Equals(@base, above) || IsBelow(@base, above)));

    // What an argument brings to whatever keeps it.
    private static Value Carried(Value value, IOperation argument) =>
        ReadContext.Unwrapped(argument)?.Type is { } type && !ReadContext.MayCarryObjects(type) ? Value.Unknown : value;

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
}
