using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// What attributes say, in the words of models.
internal sealed partial class OperationReader
{
    /// <summary>What the attributes of a method say of its own body: at its start, and at its end.</summary>
    /// <param name="place">Where reports about it stand.</param>
    public (ImmutableArray<Instruction> Start, ImmutableArray<Instruction> End) ReadDeclared(IMethodSymbol method, TextSpan place)
    {
        if (_context.Declarations?.Of(method) is not { IsEmpty: false } declarations)
        {
            return ([], []);
        }

        ImmutableArray<Value> parameters = [.. method.Parameters.Select(_context.ParameterOf)];
        _instructions = ImmutableArray.CreateBuilder<Instruction>();
        foreach (Declaration declared in declarations)
        {
            if (declared.Kind == DeclarationKind.RequiresLock)
            {
                AddCondition(place, LockConditionKind.HeldAtEntry, declared, method, Value.This, parameters);
            }
            else if (declared.Kind == DeclarationKind.Waits && !TaskForms.IsTask(method.ReturnType))
            {
                AddDeclaredEffect(place, EffectKind.Wait, declared.Target!, method, Value.This, parameters, Value.CallResult(NewSite()), isAwaited: false);
            }
        }

        ImmutableArray<Instruction> start = _instructions.ToImmutable();
        _instructions = ImmutableArray.CreateBuilder<Instruction>();
        foreach (Declaration declared in declarations.Where(static declared => declared.Kind == DeclarationKind.Signals))
        {
            AddDeclaredEffect(place, EffectKind.Signal, declared.Target!, method, Value.This, parameters, Value.CallResult(NewSite()), isAwaited: false);
        }

        return (start, _instructions.ToImmutable());
    }

    // What whoever calls the method has to hold, or not to hold.
    private void AddConditions(TextSpan span, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments)
    {
        if (_context.Declarations?.Of(method) is not { IsEmpty: false } declarations)
        {
            return;
        }

        foreach (Declaration declared in declarations)
        {
            if (declared.Kind is DeclarationKind.RequiresLock or DeclarationKind.ExcludesLock)
            {
                AddCondition(span, declared.Kind == DeclarationKind.RequiresLock ? LockConditionKind.Required : LockConditionKind.Excluded, declared, method, receiver, arguments);
            }
        }
    }

    // What a call does whose body may be anywhere. A task that is not awaited is waited for by nobody yet.
    private void AddDeclaredEffects(TextSpan span, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments, Value result, bool isAwaited)
    {
        if (_context.Declarations?.Of(method) is not { IsEmpty: false } declarations)
        {
            return;
        }

        bool isTask = TaskForms.IsTask(method.ReturnType);
        foreach (Declaration declared in declarations)
        {
            if (declared.Kind == DeclarationKind.Signals || (declared.Kind == DeclarationKind.Waits && (isAwaited || !isTask)))
            {
                EffectKind kind = declared.Kind == DeclarationKind.Signals ? EffectKind.Signal : EffectKind.Wait;
                AddDeclaredEffect(span, kind, declared.Target!, method, receiver, arguments, result, isAwaited);
            }
        }
    }

    private void AddDeclaredEffect(
        TextSpan span, EffectKind kind, DeclaredTarget target, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments, Value result, bool isAwaited)
    {
        Effect effect = new(kind, EffectTarget.Receiver, LockMode.Exclusive, IsKThread: false);
        (Value completion, string? type) = ValueOf(span, target, method, receiver, arguments);
        _instructions.Add(new Affect(span, result, effect, completion, type, IsTimed: false, isAwaited && kind == EffectKind.Wait, target.Text) { IsDeclared = true });
    }

    private void AddCondition(TextSpan span, LockConditionKind kind, Declaration declared, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments)
    {
        (Value @lock, string? type) = ValueOf(span, declared.Target!, method, receiver, arguments);
        if (@lock.Kind != ValueKind.Unknown)
        {
            _instructions.Add(new LockCondition(span, kind, @lock, type, declared.IsShared, SymbolNames.OfBody(method)));
        }
    }

    // The path as code would read it: a property that runs a body is a call of it.
    private (Value Value, string? Type) ValueOf(TextSpan span, DeclaredTarget target, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments)
    {
        Value value = target.Parameter is not { } parameter ? receiver : parameter < arguments.Length ? arguments[parameter] : Value.Unknown;
        ITypeSymbol? type = target.Parameter is { } index ? method.Parameters[index].Type : method.ContainingType;
        foreach (ISymbol member in target.Path)
        {
            value = member switch
            {
                IPropertySymbol property when !_context.IsStorage(property) => ReadGetter(span, property, value),
                _ => _context.MemberOf(value, member),
            };
            type = DeclaredNames.TypeOf(member);
        }

        return (value, _context.LockType(type));
    }

    private Value ReadGetter(TextSpan span, IPropertySymbol property, Value instance)
    {
        if (property.GetMethod is not { } getter || !_context.IsDispatched(getter))
        {
            return property.IsStatic ? Value.Static(_context.Id(property)) : Value.Element(instance);
        }

        var result = Value.CallResult(NewSite());
        AddCall(span, getter, property.IsStatic ? Value.Unknown : instance, [], isAwaited: false, isCreation: false, result);
        return result;
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
}
