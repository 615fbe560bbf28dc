using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The changes to one wrapper: its parameters, their documentation, the using that their attributes need, the calls it forwards to.</summary>
internal sealed class WrapperHidesSiteEdit
{
    private readonly CreationSymbols _symbols;
    private readonly DocumentId _document;
    private readonly SyntaxNode _declaration;
    private readonly ParameterListSyntax? _list;
    private readonly SourceText _text;
    private readonly bool _needsUsing;
    private readonly CallerParameters _parameters;

    private WrapperHidesSiteEdit(
        CreationSymbols symbols, DocumentId document, SyntaxNode declaration, SourceText text, bool needsUsing, CallerParameters parameters)
    {
        _list = declaration switch
        {
            BaseMethodDeclarationSyntax member => member.ParameterList,
            TypeDeclarationSyntax type => type.ParameterList,
            _ => null,
        };
        _symbols = symbols;
        _document = document;
        _declaration = declaration;
        _text = text;
        _needsUsing = needsUsing;
        _parameters = parameters;
    }

    /// <summary>Null when the wrapper's parameters are not free: fixed by a contract, or by a use that is no plain call.</summary>
    public static async Task<WrapperHidesSiteEdit?> FindAsync(
        IMethodSymbol wrapper, Solution solution, CreationSymbols symbols, CancellationToken cancellation)
    {
        if (!AreParametersFree(wrapper)
            || wrapper.DeclaringSyntaxReferences[0].GetSyntax(cancellation) is not MethodDeclarationSyntax declaration
            || solution.GetDocument(declaration.SyntaxTree) is not { } document
            || !await WrapperHidesSiteUses.AreCallsAsync(wrapper, solution, cancellation).ConfigureAwait(false))
        {
            return null;
        }

        return await OfAsync(document, wrapper, declaration, symbols, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The same for a constructor: its own declaration, a class's with its parameters, or that of a class without a constructor. Null when
    /// somebody may call it by other means than a call.
    /// </summary>
    public static async Task<WrapperHidesSiteEdit?> OfConstructorAsync(
        IMethodSymbol constructor, SyntaxNode declaration, Document document, CreationSymbols symbols, CancellationToken cancellation)
        => constructor.Parameters.Any(parameter => parameter.IsParams)
            || !await WrapperHidesSiteUses.DoDerivedClassesWriteTheCallAsync(constructor.ContainingType, document.Project.Solution, cancellation).ConfigureAwait(false)
            || (constructor.Parameters.IsEmpty && !await WrapperHidesSiteUses.IsOnlyCalledAsync(constructor.ContainingType, document.Project.Solution, cancellation).ConfigureAwait(false))
            || !await WrapperHidesSiteUses.AreCallsAsync(constructor, document.Project.Solution, cancellation).ConfigureAwait(false)
                ? null
                : await OfAsync(document, constructor, declaration, symbols, cancellation).ConfigureAwait(false);

    private static async Task<WrapperHidesSiteEdit> OfAsync(
        Document document, IMethodSymbol wrapper, SyntaxNode declaration, CreationSymbols symbols, CancellationToken cancellation)
    {
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        var needsUsing = model!.LookupNamespacesAndTypes(declaration.SpanStart, name: "CallerFilePathAttribute").IsEmpty;
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return new WrapperHidesSiteEdit(symbols, document.Id, declaration, text, needsUsing, CallerParameters.Of(wrapper, declaration, symbols));
    }

    /// <summary>Puts the missing parameters at the end of the list.</summary>
    public void TakeSite(FixEdits edits)
    {
        var declarations = _parameters.Declarations.ToList();
        if (declarations.Count == 0)
        {
            return;
        }

        if (_list is { } list)
        {
            var separator = SeparatorOf(list.Parameters, list.OpenParenToken);
            var added = string.Join(separator, declarations);
            edits.Add(_document, new TextChange(new TextSpan(EndOf(list.Parameters, list.OpenParenToken), 0), list.Parameters.Count == 0 ? added : separator + added));
        }
        else
        {
            var type = (TypeDeclarationSyntax)_declaration;
            edits.Add(_document, new TextChange(new TextSpan(type.TypeParameterList?.Span.End ?? type.Identifier.Span.End, 0), $"({string.Join(", ", declarations)})"));
        }

        Document(edits);
        if (_needsUsing)
        {
            edits.Add(_document, UsingOfAttributes());
        }
    }

    /// <summary>Passes the site to a creation; gives the wrapper in the same program that the call goes to, when that has to take it yet.</summary>
    public IMethodSymbol? Forward(WrapperHidesSiteCreations.Hidden creation, FixEdits edits)
    {
        var creator = (creation.Creator.ReducedFrom ?? creation.Creator).OriginalDefinition;
        var isWrapper = !_symbols.TakesSite(creator);
        var names = isWrapper ? NamesOfWrapper(creator) : NamesOfCreator(creator);
        var arguments = string.Join(", ", names.Select(pair => $"{pair.Name}: {_parameters.NameOf(pair.Site)}"));
        var list = creation.Expression switch
        {
            InvocationExpressionSyntax call => call.ArgumentList,
            BaseObjectCreationExpressionSyntax made => made.ArgumentList,
            _ => null,
        };

        edits.Add(_document, list is null
            ? new TextChange(new TextSpan(((ObjectCreationExpressionSyntax)creation.Expression).Type.Span.End, 0), $"({arguments})")
            : new TextChange(new TextSpan(EndOf(list.Arguments, list.OpenParenToken), 0), list.Arguments.Count == 0 ? arguments : SeparatorOf(list.Arguments, list.OpenParenToken) + arguments));
        return isWrapper ? creator : null;
    }

    private static bool AreParametersFree(IMethodSymbol wrapper)
        => wrapper is { MethodKind: MethodKind.Ordinary, IsVirtual: false, IsAbstract: false, IsOverride: false, IsPartialDefinition: false, PartialDefinitionPart: null }
            && wrapper.DeclaringSyntaxReferences.Length == 1
            && !wrapper.Parameters.Any(parameter => parameter.IsParams)
            && !wrapper.ContainingType.AllInterfaces.SelectMany(contract => contract.GetMembers(wrapper.Name))
                .Any(contract => SymbolEqualityComparer.Default.Equals(wrapper.ContainingType.FindImplementationForInterfaceMember(contract), wrapper));

    private IEnumerable<(CallerSite Site, string Name)> NamesOfCreator(IMethodSymbol creator)
        => creator.Parameters.Select(parameter => (Site: _symbols.SiteOf(parameter), parameter.Name))
            .Where(pair => pair.Site is not null)
            .Select(pair => (pair.Site!.Value, pair.Name));

    private IEnumerable<(CallerSite Site, string Name)> NamesOfWrapper(IMethodSymbol wrapper)
    {
        var parameters = CallerParameters.Of(wrapper, (MethodDeclarationSyntax)wrapper.DeclaringSyntaxReferences[0].GetSyntax(), _symbols);
        return new[] { CallerSite.FilePath, CallerSite.LineNumber, CallerSite.MemberName }.Select(site => (site, parameters.NameOf(site)));
    }

    private static int EndOf<T>(SeparatedSyntaxList<T> items, SyntaxToken open)
        where T : SyntaxNode
        => items.Count == 0 ? open.Span.End : items.Last().Span.End;

    /// <summary>A list with one item a line goes on with one item a line.</summary>
    private string SeparatorOf<T>(SeparatedSyntaxList<T> items, SyntaxToken open)
        where T : SyntaxNode
    {
        var line = items.Count == 0 ? default : _text.Lines.GetLineFromPosition(items.Last().SpanStart);
        var before = items.Count > 1 ? items.GetSeparators().Last() : open;
        return items.Count > 0 && before.Span.End <= line.Start ? "," + StatementLines.Break(line, _text) + StatementLines.Indent(line.Start, _text) : ", ";
    }

    private void Document(FixEdits edits)
    {
        var last = _declaration.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(comment => comment.Content.OfType<XmlElementSyntax>())
            .LastOrDefault(element => element.StartTag.Name.LocalName.ValueText == "param");
        if (last is null)
        {
            return;
        }

        var line = _text.Lines.GetLineFromPosition(last.SpanStart);
        var prefix = StatementLines.Break(line, _text) + _text.ToString(TextSpan.FromBounds(line.Start, last.SpanStart));
        var tags = string.Concat(_parameters.AddedNames.Select(name => $"{prefix}<param name=\"{name}\">Part of the caller's site; the compiler fills it in.</param>"));
        edits.Add(_document, new TextChange(new TextSpan(last.Span.End, 0), tags));
    }

    private TextChange UsingOfAttributes()
    {
        const string directive = "using System.Runtime.CompilerServices;";
        var root = (CompilationUnitSyntax)_declaration.SyntaxTree.GetRoot();
        var next = root.Usings.FirstOrDefault(ComesAfter);
        if (next is not null && next != root.Usings[0])
        {
            return new TextChange(new TextSpan(next.SpanStart, 0), directive + StatementLines.Break(_text.Lines.GetLineFromPosition(next.SpanStart), _text));
        }

        if (root.Usings.Count > 0 && next is null)
        {
            var last = root.Usings.Last();
            return new TextChange(new TextSpan(last.Span.End, 0), StatementLines.Break(_text.Lines.GetLineFromPosition(last.SpanStart), _text) + directive);
        }

        var first = root.Usings.Count > 0 ? root.Usings[0].SpanStart : root.Externs.Count > 0 ? root.Externs.Last().FullSpan.End : FirstMemberStart(root);
        var line = StatementLines.Break(_text.Lines.GetLineFromPosition(first), _text);
        return new TextChange(new TextSpan(first, 0), directive + line + (root.Usings.Count > 0 ? "" : line));
    }

    /// <summary>Usings of System stand first in most houses, and by name.</summary>
    private static bool ComesAfter(UsingDirectiveSyntax other)
    {
        var name = other.Name?.ToString() ?? "";
        var isSystem = name == "System" || name.StartsWith("System.", System.StringComparison.Ordinal);
        return other.GlobalKeyword.IsKind(SyntaxKind.None)
            && (!isSystem || other.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) || other.Alias is not null
                || string.CompareOrdinal(name, "System.Runtime.CompilerServices") > 0);
    }

    /// <summary>Behind a file's heading comment, before the comments of its first member.</summary>
    private static int FirstMemberStart(CompilationUnitSyntax root)
    {
        var token = root.GetFirstToken(includeZeroWidth: true);
        var headingEnd = token.LeadingTrivia.TakeWhile(trivia => !trivia.HasStructure).LastOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        return headingEnd.IsKind(SyntaxKind.EndOfLineTrivia) ? headingEnd.Span.End : token.FullSpan.Start;
    }
}
