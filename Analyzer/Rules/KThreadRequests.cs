using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>Who asks a thread to stop or to park: calls on the field, property or local that keeps it, or on the creation itself.</summary>
internal readonly record struct KThreadRequests(KThreadRequests.Request? Stop, KThreadRequests.Request? Park)
{
    public bool IsEmpty => Stop is null && Park is null;

    /// <summary>The requests to the thread that an expression creates. What is handed on to code elsewhere is not followed.</summary>
    public static KThreadRequests Of(ExpressionSyntax creation, Compilation compilation, SemanticModel model, CancellationToken cancellation)
    {
        var found = default(KThreadRequests).With(creation, model);
        if (HolderOf(creation, model, cancellation) is not { } holder)
        {
            return found;
        }

        if (IsUsing(creation))
        {
            found = found with { Stop = new Request("the end of the using block", creation.GetLocation()) };
        }

        foreach ((SimpleNameSyntax name, SemanticModel used) in MemberUses.Of(holder, compilation, model, cancellation))
        {
            found = found.With(MemberUses.Whole(name), used);
        }

        return found;
    }

    private KThreadRequests With(ExpressionSyntax thread, SemanticModel model)
    {
        while (thread.Parent is PostfixUnaryExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            thread = (ExpressionSyntax)thread.Parent;
        }

        if (MemberUses.CallOn(thread) is not { } call)
        {
            return this;
        }

        var request = new Request(NameOf(call.Call, model), call.Call.GetLocation());
        return call.Name switch
        {
            "Stop" or "StopAsync" or "Dispose" or "DisposeAsync" => this with { Stop = Stop ?? request },
            "Park" => this with { Park = Park ?? request },
            _ => this,
        };
    }

    private static string NameOf(InvocationExpressionSyntax call, SemanticModel model) =>
        model.GetEnclosingSymbol(call.SpanStart) is { } member ? SymbolNames.OfBody(member) : "the program";

    private static ISymbol? HolderOf(ExpressionSyntax creation, SemanticModel model, CancellationToken cancellation) => creation.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => model.GetDeclaredSymbol(variable, cancellation),
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => model.GetDeclaredSymbol(property, cancellation),
        AssignmentExpressionSyntax assignment when assignment.Right == creation
            => model.GetSymbolInfo(assignment.Left, cancellation).Symbol is (IFieldSymbol or IPropertySymbol or ILocalSymbol) and { } assigned ? assigned : null,
        _ => null,
    };

    private static bool IsUsing(ExpressionSyntax creation) =>
        creation.Parent?.Parent?.Parent?.Parent is UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword };

    /// <summary>One call that waits until the thread has obeyed.</summary>
    /// <param name="Name">The member that calls.</param>
    internal sealed record Request(string Name, Location Place);
}
