using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Graph;

internal sealed partial class SharedFindings
{
    /// <summary>What was found. Immutable.</summary>
    /// <param name="Program">What the findings speak of; null for sources that have nothing to find.</param>
    /// <param name="Read">The facts of the trees, and then those of followed assemblies, as they were read.</param>
    /// <param name="Facts">The same with bodies of earlier readings in them, where an edit has left those as they were.</param>
    /// <param name="Found">The findings, at the places that their bodies were read at.</param>
    /// <param name="ByTree">The findings at their places, by the tree that owns them, in order.</param>
    internal sealed record Result(
        Program? Program,
        ImmutableArray<TreeFacts> Read,
        ImmutableArray<TreeFacts> Facts,
        ImmutableArray<Finding> Found,
        ImmutableDictionary<SyntaxTree, ImmutableArray<Finding>> ByTree)
    {
        private Dictionary<string, int>? _indexes;

        /// <summary>What they were read from; null where nobody is expected to ask for it.</summary>
        public Analysis? Analysis { get; init; }

        /// <summary>The trees whose facts come first.</summary>
        public ImmutableArray<SyntaxTree> Trees { get; init; } = [];

        public static Result Nothing { get; } = new(null, [], [], [], ImmutableDictionary<SyntaxTree, ImmutableArray<Finding>>.Empty);

        public static Result Of(Program program, ImmutableArray<TreeFacts> read, ImmutableArray<TreeFacts> facts, ImmutableArray<Finding> found, ImmutableArray<SyntaxTree> trees)
        {
            IEnumerable<Finding> inOrder = found.Select(Now)
                .OrderBy(finding => program.PathOf(finding.Place.Body), StringComparer.Ordinal)
                .ThenBy(static finding => finding.Place.Span.Start)
                .ThenBy(static finding => finding.Fault);
            var byTree = Fingerprints.Give(inOrder)
                .GroupBy(finding => trees[program.TreeOf(finding.Place.Body)])
                .ToImmutableDictionary(static group => group.Key, static group => group.ToImmutableArray());
            return new Result(program, read, facts, found, byTree) { Trees = trees };

            Finding Now(Finding finding) => finding with { Place = At(finding.Place), Steps = [.. finding.Steps.Select(At)] };

            Site At(Site site) => facts[program.TreeOf(site.Body)] is { Moves: not null } moved && moved.Now(site.Body, site.Span) is var span && span != site.Span ? site with { Span = span } : site;
        }

        /// <summary>Facts that were read after an edit, with as much of these in them as has stayed.</summary>
        public ImmutableArray<TreeFacts> Keep(ImmutableArray<TreeFacts> read)
        {
            ImmutableArray<TreeFacts>.Builder facts = ImmutableArray.CreateBuilder<TreeFacts>(read.Length);
            for (int i = 0; i < read.Length; i++)
            {
                int known = IndexOf(i, read[i].Path);
                facts.Add(known < 0 ? read[i]
                    : ReferenceEquals(Read[known], read[i]) ? Facts[known]
                    : read[i].Origin is not null ? read[i]
                    : FactsComparison.Keep(Facts[known], read[i]));
            }

            return facts.MoveToImmutable();
        }

        /// <summary>The same findings at their new places, if the edit has changed nothing but places; else null.</summary>
        public Result? MovedTo(ImmutableArray<TreeFacts> read, ImmutableArray<TreeFacts> facts, ImmutableArray<SyntaxTree> trees)
        {
            if (Program is null || facts.Length != Facts.Length)
            {
                return null;
            }

            for (int i = 0; i < facts.Length; i++)
            {
                bool isSame = ReferenceEquals(facts[i], Facts[i])
                    || (facts[i].Bodies == Facts[i].Bodies && facts[i].Types == Facts[i].Types && facts[i].Path == Facts[i].Path && facts[i].Origin == Facts[i].Origin);
                if (!isSame)
                {
                    return null;
                }
            }

            return Of(Program, read, facts, Found, trees) with { Analysis = Analysis };
        }

        /// <summary>What was read of a tree before an edit. Thread-safe.</summary>
        public EarlierReading Earlier(int tree, string path) =>
            IndexOf(tree, path) is >= 0 and var known && known < Trees.Length ? new EarlierReading(Trees[known], Read[known], Facts[known]) : EarlierReading.Nothing;

        private int IndexOf(int tree, string path) => tree < Read.Length && Read[tree].Path == path ? tree
            : (_indexes ??= IndexesByPath()).TryGetValue(path, out int index) ? index
            : -1;

        private Dictionary<string, int> IndexesByPath()
        {
            var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < Read.Length; i++)
            {
                // Two trees of one path, or of none, are told apart by their order alone.
                indexes[Read[i].Path] = indexes.ContainsKey(Read[i].Path) ? -1 : i;
            }

            return indexes;
        }
    }
}
