using System.Collections.Immutable;
using System.Reflection;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Reads the facts of one syntax tree.</summary>
internal sealed partial class TreeReader
{
    private readonly ReadContext _context;
    private readonly KeptMembers? _kept;
    private readonly CancellationToken _cancellation;
    private readonly ImmutableArray<BodyFacts>.Builder _bodies = ImmutableArray.CreateBuilder<BodyFacts>();
    private readonly ImmutableArray<TypeFacts>.Builder _types = ImmutableArray.CreateBuilder<TypeFacts>();

    private TreeReader(SemanticModel model, AnalysisSettings settings, FollowedAssemblies followed, KeptMembers? kept, CancellationToken cancellation)
    {
        _kept = kept;
        _context = new ReadContext(model, settings, followed);
        _cancellation = cancellation;
    }

    /// <summary>The tree's facts. Throws only for cancellation; code that does not compile gives the facts it has.</summary>
    /// <param name="before">What was read of the file while all declarations were what they are now; null to read all of it.</param>
    public static TreeFacts Read(
        SemanticModel model, AnalysisSettings settings, FollowedAssemblies followed, CancellationToken cancellation, EarlierReading? before = null)
    {
        KeptMembers? kept = before?.For(model.SyntaxTree, cancellation);
        var reader = new TreeReader(model, settings, followed, kept, cancellation);
        var moves = new Dictionary<BodyFacts, BodyMoves>();
        int members = 0;
        foreach (SyntaxNode node in Declaring(model.SyntaxTree, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (kept is not null && IsMember(node) && kept.Of(members++, node) is { } bodies)
            {
                foreach (KeyValuePair<BodyFacts, BodyMoves> body in bodies)
                {
                    reader._bodies.Add(body.Key);
                    moves.Add(body.Key, body.Value);
                }
            }
            else
            {
                reader.ReadNode(node);
            }
        }

        foreach (KeyValuePair<ISymbol, TextSpan> member in reader._context.OrderedElsewhere.OrderBy(static member => member.Value.Start))
        {
            reader._bodies.AddRange(DeclaredOrders.Of(member.Key, reader._context, member.Value, cancellation));
        }

        return new TreeFacts(reader._bodies.ToImmutable(), kept?.Types ?? reader._types.ToImmutable())
        {
            Path = model.SyntaxTree.FilePath,
            NamesOrdersElsewhere = reader._context.OrderedElsewhere.Count > 0,
            Moves = kept is null ? null : moves,
        };
    }

    /// <summary>What has bodies that depend on nothing but its own text and on declarations, in the order of the file.</summary>
    public static IEnumerable<SyntaxNode> Members(SyntaxTree tree, CancellationToken cancellation) => Declaring(tree, cancellation).Where(IsMember);

    private static IEnumerable<SyntaxNode> Declaring(SyntaxTree tree, CancellationToken cancellation) => tree.GetRoot(cancellation).DescendantNodesAndSelf(MayDeclare);

    private static bool IsMember(SyntaxNode node) => node
        is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
        or ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax or IndexerDeclarationSyntax }
        or EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } };

    // What has bodies, or initialisers, right below it.
    private static bool MayDeclare(SyntaxNode node) => node
        is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax or BasePropertyDeclarationSyntax or AccessorListSyntax
        or BaseFieldDeclarationSyntax or VariableDeclarationSyntax or VariableDeclaratorSyntax;

    private void ReadNode(SyntaxNode node)
    {
        switch (node)
        {
            case EqualsValueClauseSyntax initializer when IsMember(node):
                ReadInitializer(initializer);
                break;
            case var member when IsMember(member):
                ReadMember(member);
                break;
            case EventFieldDeclarationSyntax { Declaration.Variables: var variables }:
                foreach (VariableDeclaratorSyntax variable in variables)
                {
                    AddFieldLikeEvent(variable);
                }

                break;
            case FieldDeclarationSyntax { AttributeLists.Count: > 0, Declaration.Variables: var fields }:
                foreach (VariableDeclaratorSyntax field in fields)
                {
                    AddOrders(field);
                }

                break;
            case PropertyDeclarationSyntax { AttributeLists.Count: > 0 } property:
                AddOrders(property);
                break;
            case TypeDeclarationSyntax type:
                ReadType(type);
                break;
            case CompilationUnitSyntax { Members: var members } unit when members.Any(SyntaxKind.GlobalStatement):
                ReadMember(unit);
                break;
        }
    }

    private void ReadMember(SyntaxNode declaration)
    {
        ISymbol? declared = declaration is ArrowExpressionClauseSyntax { Parent: { } property }
            ? (_context.Model.GetDeclaredSymbol(property, _cancellation) as IPropertySymbol)?.GetMethod
            : _context.Model.GetDeclaredSymbol(declaration, _cancellation);
        if (declared is not IMethodSymbol method)
        {
            return;
        }

        if (method is { AssociatedSymbol: IPropertySymbol { IsAbstract: false } storage } && ReadContext.IsAutomatic(storage))
        {
            AddAutomaticAccessor(method, storage, declaration);
        }
        else if (ControlFlowGraph.Create(declaration, _context.Model, _cancellation) is { } graph)
        {
            AddBody(method, _context.Id(method), SymbolNames.OfBody(method), null, declaration, graph);
        }
    }

    private void ReadInitializer(EqualsValueClauseSyntax initializer)
    {
        // A literal runs nothing, and is no object that anybody could lock.
        if (initializer.Value is LiteralExpressionSyntax or PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax })
        {
            return;
        }

        ISymbol? member = _context.Model.GetDeclaredSymbol(initializer.Parent!, _cancellation);
        if (member is IFieldSymbol { IsConst: true }
            || member is null
            || ControlFlowGraph.Create(initializer, _context.Model, _cancellation) is not { } graph)
        {
            return;
        }

        // Roslyn's graph assigns the field or property itself.
        string id = _context.Id(member) + "~init";
        AddBody(member, id, "the initializer of " + SymbolNames.OfBody(member), null, initializer, graph);
    }

    private void AddBody(ISymbol symbol, string id, string name, string? outer, SyntaxNode syntax, ControlFlowGraph graph)
    {
        try
        {
            ReadBody(symbol, id, name, outer, syntax, graph);
        }
        catch (InsufficientExecutionStackException)
        {
            // An expression nested thousands deep: the body counts as doing nothing, as one in another assembly does.
            _bodies.Add(NewBody(symbol, id, name, outer, syntax, Straight([])) with { IsTooDeep = true });
        }
    }

    private void ReadBody(ISymbol symbol, string id, string name, string? outer, SyntaxNode syntax, ControlFlowGraph graph)
    {
        _cancellation.ThrowIfCancellationRequested();
        var functions = new List<(IFlowAnonymousFunctionOperation Function, string Id)>();
        var groups = new List<MethodGroup>();
        var operations = new OperationReader(
            _context,
            id,
            (function, functionId) =>
            {
                if (!functions.Exists(known => known.Id == functionId))
                {
                    functions.Add((function, functionId));
                }
            },
            group =>
            {
                if (!groups.Exists(known => known.Id == group.Id))
                {
                    groups.Add(group);
                }
            });
        ImmutableArray<Block> blocks = ControlFlowReader.Read(graph, operations);
        if (outer is null && symbol is IMethodSymbol { MethodImplementationFlags: var flags } method && (flags & MethodImplAttributes.Synchronized) != 0)
        {
            blocks = blocks.SetItem(0, Synchronized(blocks[0], method, syntax));
        }

        if (symbol is IMethodSymbol declaring)
        {
            (ImmutableArray<Instruction> start, ImmutableArray<Instruction> end) = operations.ReadDeclared(declaring, HeadOf(syntax));
            blocks = start.IsEmpty ? blocks : blocks.SetItem(0, blocks[0] with { Instructions = blocks[0].Instructions.InsertRange(0, start) });
            ImmutableArray<Instruction> given = outer is null ? ServiceReader.Given(declaring, _context) : [];
            blocks = given.IsEmpty ? blocks : blocks.SetItem(0, blocks[0] with { Instructions = blocks[0].Instructions.InsertRange(0, given) });
            blocks = end.IsEmpty ? blocks : blocks.SetItem(blocks.Length - 1, blocks[blocks.Length - 1] with { Instructions = blocks[blocks.Length - 1].Instructions.AddRange(end) });
        }

        _bodies.Add(NewBody(symbol, id, name, outer, syntax, blocks));
        string? type = symbol.ContainingType is { } container ? _context.Id(container) : null;
        _bodies.AddRange(groups.Select(group => new BodyFacts(
            group.Id, SymbolNames.OfBody(group.Method), id, type, group.Span, IsStatic: false, group.IsAsync,
            IsConstructor: false, IsEntry: false, IsInternal: false, IsProgramEntry: false, Straight(group.Instructions))));
        foreach ((IFlowAnonymousFunctionOperation function, string functionId) in functions)
        {
            AddBody(
                function.Symbol, functionId, "a lambda in " + OuterName(name), id, function.Syntax,
                graph.GetAnonymousFunctionControlFlowGraph(function, _cancellation));
        }

        foreach (IMethodSymbol local in graph.LocalFunctions)
        {
            if (local.DeclaringSyntaxReferences.Length > 0)
            {
                AddBody(
                    local, _context.BodyId(local), local.Name + " in " + OuterName(name), id, local.DeclaringSyntaxReferences[0].GetSyntax(_cancellation),
                    graph.GetLocalFunctionControlFlowGraph(local, _cancellation));
            }
        }
    }

    // The runtime locks the object, or the type, around the whole body; around an iterator's it locks nothing that lasts.
    private Block Synchronized(Block entry, IMethodSymbol method, SyntaxNode syntax)
    {
        if (syntax.DescendantNodes().Any(static node => node is YieldStatementSyntax))
        {
            return entry;
        }

        string type = _context.Id(method.ContainingType);
        Effect acquire = new(EffectKind.Acquire, EffectTarget.Receiver, LockMode.Exclusive, IsKThread: false);
        Value target = method.IsStatic ? Value.Static("typeof " + type) : Value.This;
        var hold = new Affect(HeadOf(syntax), Value.Unknown, acquire, target, method.IsStatic ? null : type, false, false, method.Name) { Scope = syntax.Span, IsStatement = true };
        return entry with { Instructions = entry.Instructions.Insert(0, hold) };
    }

    // Where a report stands about what the attributes of a body say.
    private static TextSpan HeadOf(SyntaxNode syntax) => syntax switch
    {
        MethodDeclarationSyntax method => method.Identifier.Span,
        LocalFunctionStatementSyntax local => local.Identifier.Span,
        _ => new TextSpan(syntax.SpanStart, 0),
    };

    private static string OuterName(string name)
    {
        int nested = name.LastIndexOf(" in ", StringComparison.Ordinal);
        return nested < 0 ? name : name.Substring(nested + 4);
    }

    private BodyFacts NewBody(ISymbol symbol, string id, string name, string? outer, SyntaxNode syntax, ImmutableArray<Block> blocks)
    {
        var method = symbol as IMethodSymbol;
        bool isPrivate = symbol.DeclaredAccessibility == Accessibility.Private
            && method is not { MethodKind: MethodKind.ExplicitInterfaceImplementation }
            && !IsProgramEntry(method);
        return new BodyFacts(
            id,
            name,
            outer,
            symbol.ContainingType is { } type ? _context.Id(type) : null,
            syntax.Span,
            symbol.IsStatic,
            method is { IsAsync: true } && !IsAsyncSequence(method.ReturnType),
            IsConstructor: method is null or { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor },
            IsEntry: outer is null && (IsOpenEntry(symbol) || IsProgramEntry(method)),
            IsInternal: outer is null && !isPrivate,
            IsProgramEntry(method),
            blocks)
        {
            IsAsyncVoid = method is { IsAsync: true, ReturnsVoid: true },
            IsVisible = outer is null && ReadContext.IsVisibleOutside(symbol),
            IsHidden = isPrivate && outer is null && method is { MethodKind: MethodKind.Ordinary } && !ReadContext.MayBeFoundByName(method),
            CarriesObjects = method is null || method.Parameters.Any(static parameter => ReadContext.MayCarryObjects(parameter.Type)) || ReadContext.MayCarryObjects(method.ReturnType),
            Role = RoleOf(symbol, outer),
            IsNonBlocking = _context.Declarations?.Of(symbol, DeclarationKind.NonBlocking).Any() == true,
            IsSingleThreaded = IsSingleThreaded(symbol),
        };
    }

    // Each part of an async iterator runs where its consumer awaits it.
    private static bool IsAsyncSequence(ITypeSymbol type) => type is { Name: "IAsyncEnumerable" or "IAsyncEnumerator", ContainingNamespace.Name: "Generic" };

    private bool IsSingleThreaded(ISymbol symbol)
    {
        if (_context.Declarations is not { } declarations)
        {
            return false;
        }

        for (ISymbol? current = symbol; current is not null and not INamedTypeSymbol; current = current.ContainingSymbol)
        {
            if (declarations.Of(current, DeclarationKind.SingleThreaded).Any())
            {
                return true;
            }
        }

        return declarations.SingleThreadedType(symbol.ContainingType) is not null;
    }

    private static BodyRole RoleOf(ISymbol symbol, string? outer) => outer is not null ? BodyRole.Plain : symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.StaticConstructor } or IFieldSymbol { IsStatic: true } or IPropertySymbol { IsStatic: true } => BodyRole.TypeInitializer,
        IMethodSymbol { MethodKind: MethodKind.Destructor } => BodyRole.Finalizer,
        IMethodSymbol { IsStatic: true } method when method.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "ModuleInitializerAttribute")
            => BodyRole.ModuleInitializer,
        _ => BodyRole.Plain,
    };

    // What only derived classes can call runs in the contexts that their callers choose.
    private static bool IsOpenEntry(ISymbol symbol) => symbol.DeclaredAccessibility != Accessibility.Protected && ReadContext.IsVisibleOutside(symbol);

    private static bool IsProgramEntry(IMethodSymbol? method) => method is { IsStatic: true, Name: "Main" or "<Main>$" };

    private void AddAutomaticAccessor(IMethodSymbol accessor, IPropertySymbol property, SyntaxNode syntax)
    {
        string id = _context.Id(accessor);
        Value place = property.IsStatic ? Value.Static(_context.Id(property)) : Value.Member(Value.This, _context.Id(property));
        Instruction instruction = accessor.MethodKind == MethodKind.PropertyGet
            ? new ReturnValue(syntax.Span, place)
            : new StoreMember(syntax.Span, place, Value.Parameter(id, accessor.Parameters.Length - 1));
        _bodies.Add(NewBody(accessor, id, SymbolNames.OfBody(accessor), null, syntax, Straight([instruction])));
    }

    private static ImmutableArray<Block> Straight(ImmutableArray<Instruction> instructions) =>
        [new Block(instructions, null, null, null, [], IsInCycle: false, EndOfFinally: null)];
}
