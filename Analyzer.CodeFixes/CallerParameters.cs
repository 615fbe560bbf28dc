using System.Collections.Generic;
using System.Linq;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The parameters by which a method takes its caller's site: those that it has, and those that it is to be given.</summary>
internal sealed class CallerParameters
{
    private readonly Dictionary<CallerSite, string> _names = [];
    private readonly List<CallerSite> _added = [];

    private CallerParameters()
    {
    }

    /// <summary>What has to be put into the parameter list, without the separator before it; empty when the method has all of them.</summary>
    public IEnumerable<string> Declarations => _added.Select(site => Declaration(site, _names[site]));

    public IEnumerable<string> AddedNames => _added.Select(site => _names[site]);

    /// <summary>The same names for the same method, whoever asks: one fix forwards to a method that another one changes.</summary>
    public static CallerParameters Of(IMethodSymbol method, SyntaxNode declaration, CreationSymbols symbols)
    {
        var parameters = new CallerParameters();
        foreach (var parameter in method.Parameters)
        {
            if (symbols.SiteOf(parameter) is { } site)
            {
                parameters._names[site] = parameter.Name;
            }
        }

        var taken = new TakenNames(declaration);
        foreach (var site in new[] { CallerSite.FilePath, CallerSite.LineNumber, CallerSite.MemberName })
        {
            if (!parameters._names.ContainsKey(site))
            {
                parameters._names[site] = taken.Take("caller" + site);
                parameters._added.Add(site);
            }
        }

        return parameters;
    }

    public string NameOf(CallerSite site) => _names[site];

    private static string Declaration(CallerSite site, string name) => site switch
    {
        CallerSite.FilePath => $"[CallerFilePath] string {name} = \"\"",
        CallerSite.LineNumber => $"[CallerLineNumber] int {name} = 0",
        _ => $"[CallerMemberName] string {name} = \"\"",
    };
}
