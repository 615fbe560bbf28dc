using System.Collections.Immutable;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Flow;

internal sealed partial class TreeReader
{
    private void ReadType(TypeDeclarationSyntax declaration)
    {
        if (_context.Model.GetDeclaredSymbol(declaration, _cancellation) is not { } type)
        {
            return;
        }

        if (declaration.ParameterList is not null
            && type.InstanceConstructors.FirstOrDefault(constructor => PrimaryConstructor.Is(constructor) && constructor.Parameters.Length > 0) is { } primary)
        {
            AddPrimaryConstructor(primary, declaration);
        }

        if (_kept is null && type.TypeKind is (TypeKind.Class or TypeKind.Struct))
        {
            string? baseType = type.BaseType is { } @base && _context.IsSource(@base) ? _context.Id(@base) : null;
            _types.Add(new TypeFacts(_context.Id(type), baseType, ReadImplementations(type)));
        }
    }

    private ImmutableArray<(string Slot, string Body)> ReadImplementations(INamedTypeSymbol type)
    {
        ImmutableArray<(string, string)>.Builder slots = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (INamedTypeSymbol @interface in type.AllInterfaces)
        {
            foreach (IMethodSymbol slot in @interface.GetMembers().OfType<IMethodSymbol>())
            {
                if (!slot.IsStatic && type.FindImplementationForInterfaceMember(slot) is IMethodSymbol body && _context.IsSource(body.ContainingType))
                {
                    slots.Add((_context.Id(slot), _context.Id(Overrides.Last(type, body))));
                }
            }
        }

        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            for (IMethodSymbol? overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            {
                slots.Add((_context.Id(overridden), _context.Id(method)));
            }
        }

        return slots.ToImmutable();
    }

    // What subscribes through an interface or a base class calls the accessor that the compiler writes.
    private void AddFieldLikeEvent(VariableDeclaratorSyntax declaration)
    {
        if (_context.Model.GetDeclaredSymbol(declaration, _cancellation) is IEventSymbol { AddMethod: { } add } @event && _context.IsFieldLike(@event))
        {
            string id = _context.Id(add);
            Value place = @event.IsStatic ? Value.Static(_context.Id(@event)) : Value.Member(Value.This, _context.Id(@event));
            _bodies.Add(NewBody(add, id, SymbolNames.OfBody(add), null, declaration, Straight([new StoreMember(declaration.Span, place, Value.Parameter(id, 0))])));
        }
    }

    private void AddOrders(SyntaxNode declaration)
    {
        if (_context.Declarations is not null && _context.Model.GetDeclaredSymbol(declaration, _cancellation) is { } @lock)
        {
            _bodies.AddRange(DeclaredOrders.Of(@lock, _context, declaration.Span, _cancellation));
        }
    }

    private void AddPrimaryConstructor(IMethodSymbol constructor, TypeDeclarationSyntax declaration)
    {
        string id = _context.Id(constructor);
        ImmutableArray<Instruction>.Builder stores = ImmutableArray.CreateBuilder<Instruction>();
        foreach (IParameterSymbol parameter in constructor.Parameters)
        {
            var argument = Value.Parameter(id, parameter.Ordinal);
            Value captured = Value.Member(Value.This, _context.CapturedParameterId(constructor, parameter));
            stores.Add(new StoreMember(declaration.Identifier.Span, captured, argument));
            if (constructor.ContainingType.IsRecord
                && constructor.ContainingType.GetMembers(parameter.Name).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
            {
                stores.Add(new StoreMember(declaration.Identifier.Span, Value.Member(Value.This, _context.Id(property)), argument));
            }
        }

        _bodies.Add(NewBody(constructor, id, SymbolNames.OfBody(constructor), null, declaration, Straight([.. ServiceReader.Given(constructor, _context), .. stores])));
    }
}
