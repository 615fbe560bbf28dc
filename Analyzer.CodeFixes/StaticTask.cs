using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// A static field or property that gets the result of a task while its type is initialized. The task begins there as before. A private field becomes the
/// task, and each read of it a wait; for all others a new field keeps the task, and a property of the old name waits for it. Only of work that nobody can tell from work
/// that has ended, but by its result (<see cref="SeparateWork"/>): the users of the type no longer wait for its end.
/// </summary>
internal sealed class StaticTask
{
    private readonly DiagnosticPlace _place;
    private readonly TaskWait _wait;
    private readonly ISymbol _member;
    private readonly MemberDeclarationSyntax _declaration;
    private readonly ExpressionSyntax? _written;
    private readonly FixEdits _edits = new();

    private StaticTask(DiagnosticPlace place, TaskWait wait, ISymbol member, MemberDeclarationSyntax declaration, ExpressionSyntax? written)
    {
        _place = place;
        _wait = wait;
        _member = member;
        _declaration = declaration;
        _written = written;
    }

    public static async Task<FixEdits?> EditsAsync(DiagnosticPlace place, TaskWait wait, CancellationToken cancellation)
    {
        if (HomeOf(wait, place.Model) is not ({ IsStatic: true } member, var written)
            || !SymbolEqualityComparer.Default.Equals(TypeOf(member), wait.Type.TypeArguments[0])
            || DeclarationOf(member, place.Node.SyntaxTree, cancellation) is not { } declaration
            || !SeparateWork.IsBegunBy(wait.Task, place.Model)
            || await MemberReads.OfAsync(member, written, place.Document.Project.Solution, cancellation).ConfigureAwait(false) is not { } reads)
        {
            return null;
        }

        var task = new StaticTask(place, wait, member, declaration, written);
        if (member is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private })
        {
            return task.TryAddProperty() ? task._edits : null;
        }

        task.ChangeField();
        foreach (var (document, read) in reads)
        {
            task._edits.Add(document.Id, new TextChange(new TextSpan(read.Span.End, 0), wait.Words));
        }

        return task._edits;
    }

    /// <summary>The member that the result is for, and what is written for it where a static constructor assigns it.</summary>
    private static (ISymbol Member, ExpressionSyntax? Written)? HomeOf(TaskWait wait, SemanticModel model) => wait.Whole.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } when model.GetDeclaredSymbol(declarator) is IFieldSymbol field => (field, null),
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } when model.GetDeclaredSymbol(property) is { } declared => (declared, null),
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
            when IsAlwaysRun(assignment) && model.GetSymbolInfo(assignment.Left).Symbol is IFieldSymbol or IPropertySymbol => (model.GetSymbolInfo(assignment.Left).Symbol!, assignment.Left),
        _ => null,
    };

    private static bool IsAlwaysRun(AssignmentExpressionSyntax assignment)
        => (assignment.Parent is ExpressionStatementSyntax { Parent: BlockSyntax block } ? block : assignment.Parent)?.Parent is ConstructorDeclarationSyntax constructor
            && constructor.Modifiers.Any(SyntaxKind.StaticKeyword)
            && !constructor.DescendantNodes().Any(node => node is ReturnStatementSyntax or GotoStatementSyntax);

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol { IsVolatile: false } field => field.Type,
        IPropertySymbol { SetMethod: null } property => property.Type,
        _ => null,
    };

    /// <summary>Null for what is declared elsewhere, along with others, or with attributes that may be about the field.</summary>
    private static MemberDeclarationSyntax? DeclarationOf(ISymbol member, SyntaxTree tree, CancellationToken cancellation)
        => SoleDeclaration.Of(member, cancellation) is { } declared && declared.SyntaxTree == tree ? declared switch
        {
            VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax { AttributeLists.Count: 0 } field } }
                when member is IFieldSymbol { IsReadOnly: true } or { DeclaredAccessibility: Accessibility.Private } => field,
            PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null, AccessorList.Accessors: { Count: 1 } accessors } property
                when accessors[0] is { Body: null, ExpressionBody: null } && property.AttributeLists.All(list => list.Target is null) => property,
            _ => null,
        } : null;

    private void ChangeField()
    {
        var type = ((FieldDeclarationSyntax)_declaration).Declaration.Type;
        _edits.Add(_place.Document.Id, new TextChange(type.Span, _wait.TypeAt(type.SpanStart, _place.Model)));
        _edits.Add(_place.Document.Id, _wait.Removed);
    }

    private bool TryAddProperty()
    {
        var name = NewName();
        var (replaced, end) = _declaration switch
        {
            FieldDeclarationSyntax field => (TextSpan.FromBounds(field.Declaration.Variables[0].Identifier.Span.End, field.Declaration.Span.End), ""),
            PropertyDeclarationSyntax { Initializer: { } initial } property => (TextSpan.FromBounds(property.Identifier.Span.End, initial.Span.End), ""),
            PropertyDeclarationSyntax property => (TextSpan.FromBounds(property.Identifier.Span.End, property.Span.End), ";"),
            _ => (default, ""),
        };
        var isLost = _declaration.DescendantTrivia().Any(trivia => replaced.Contains(trivia.Span) && !_wait.Task.Span.Contains(trivia.Span) && !string.IsNullOrWhiteSpace(trivia.ToString()));
        if (isLost || _declaration.Parent is not TypeDeclarationSyntax type || type.DescendantTokens().Any(token => token.ValueText == name))
        {
            return false;
        }

        var document = _place.Document.Id;
        foreach (var modifier in _declaration.Modifiers.Where(modifier => modifier.IsKind(SyntaxKind.ReadOnlyKeyword)))
        {
            _edits.Add(document, new TextChange(TextSpan.FromBounds(modifier.SpanStart, modifier.GetNextToken().SpanStart), ""));
        }

        _edits.Add(document, new TextChange(replaced, $" => {name}{_wait.Words}{end}"));
        if (_written is not null)
        {
            _edits.Add(document, new TextChange(_written.Span, name));
            _edits.Add(document, _wait.Removed);
        }

        AddField($"private static readonly {_wait.TypeAt(_declaration.SpanStart, _place.Model)} {name}{(_written is null ? " = " + _wait.Task : "")};");
        return true;
    }

    /// <summary>Behind the property, among the initializers where the wait was.</summary>
    private void AddField(string field)
    {
        var text = _place.Text;
        var first = text.Lines.GetLineFromPosition(_declaration.SpanStart);
        var last = text.Lines.GetLineFromPosition(_declaration.Span.End);
        var indent = text.ToString(TextSpan.FromBounds(first.Start, _declaration.SpanStart));
        var isAlone = string.IsNullOrWhiteSpace(indent) && _declaration.GetLastToken().GetNextToken().SpanStart > last.End;
        var newline = text.ToString(TextSpan.FromBounds(last.End, last.EndIncludingLineBreak));
        _edits.Add(_place.Document.Id, isAlone
            ? new TextChange(new TextSpan(last.End, 0), newline + newline + indent + field)
            : new TextChange(new TextSpan(_declaration.Span.End, 0), " " + field));
    }

    /// <summary>In the style of the type's other static fields.</summary>
    private string NewName()
    {
        var word = _member.Name.StartsWith("s_", System.StringComparison.Ordinal) ? _member.Name.Substring(2) : _member.Name.TrimStart('_');
        var prefix = _member.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => field.IsStatic && field.Name.StartsWith("s_", System.StringComparison.Ordinal)) ? "s_" : "_";
        return word.Length == 0 ? _member.Name + "Task" : prefix + char.ToLowerInvariant(word[0]) + word.Substring(1) + "Task";
    }
}
