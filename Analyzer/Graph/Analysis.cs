using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Options;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// A program with its points-to solution and its summaries: what all findings are read from. After an edit of bodies, what the edit
/// cannot have changed is taken over; the outcome is that of an analysis from scratch. Immutable once built.
/// </summary>
internal sealed class Analysis
{
    private Analysis(ImmutableArray<TreeFacts> facts, Program program, PointsTo pointsTo, Contexts contexts, Analysis? before)
    {
        Facts = facts;
        Program = program;
        PointsTo = pointsTo;
        Contexts = contexts;
        Locks = new LockGraph(contexts, before?.Locks);
        Signals = new SignalGraph(contexts, before?.Signals);
        Uses = new CompletionUses(contexts, Signals, before?.Uses);
        Unowned = new UnownedCompletions(contexts, Uses, before?.Unowned);
    }

    public ImmutableArray<TreeFacts> Facts { get; }

    public Program Program { get; }

    public PointsTo PointsTo { get; }

    public Contexts Contexts { get; }

    public LockGraph Locks { get; }

    public SignalGraph Signals { get; }

    public CompletionUses Uses { get; }

    public UnownedCompletions Unowned { get; }

    /// <param name="before">The analysis of the same trees before an edit, under the same options; null to begin anew.</param>
    /// <param name="remembers">Whether this one may be asked for after an edit: it costs memory, and a little time.</param>
    public static Analysis Of(ImmutableArray<TreeFacts> facts, AnalysisOptions options, Analysis? before, bool remembers, CancellationToken cancellation)
    {
        if (before is null)
        {
            return Of(facts, options, null, null, remembers, keepsOrder: false, cancellation);
        }

        // Two edits of the same sources: what each asks of the program before is remembered there.
        lock (before)
        {
            return After(facts, options, before, remembers, cancellation);
        }
    }

    private static Analysis After(ImmutableArray<TreeFacts> facts, AnalysisOptions options, Analysis before, bool remembers, CancellationToken cancellation)
    {
        ProgramEdit? edit = ProgramEdit.Between(before.Facts, facts);
        Analysis analysis = Of(facts, options, before, edit, remembers, keepsOrder: true, cancellation);
        return analysis.Contexts.MayBeOutOfOrder ? Of(facts, options, before, edit, remembers, keepsOrder: false, cancellation) : analysis;
    }

    private static Analysis Of(
        ImmutableArray<TreeFacts> facts, AnalysisOptions options, Analysis? before, ProgramEdit? edit, bool remembers, bool keepsOrder, CancellationToken cancellation)
    {
        Program program = edit is { ChangesMembers: false } ? new Program(before!.Program, facts, edit) : new Program(facts, options);
        PointsTo? kept = edit is null ? null : PointsTo.After(before!.PointsTo, program, edit);
        PointsTo pointsTo = kept ?? new PointsTo(program, cancellation);
        Contexts contexts = kept is null
            ? new Contexts(program, pointsTo, cancellation, remembers: remembers)
            : new Contexts(program, pointsTo, cancellation, before!.Contexts, edit, remembers, keepsOrder);
        return new Analysis(facts, program, pointsTo, contexts, before);
    }
}
