using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// The same solution after an edit that cannot have changed it, but for what the edited bodies' own places hold.
internal sealed partial class PointsTo
{
    // What places of edited bodies hold: there the graph is out of date.
    private Dictionary<string, string[]> _own = new(StringComparer.Ordinal);

    /// <summary>
    /// What is known of the program before an edit, for the one after it; null if the edit may have changed what some place outside
    /// the edited bodies holds. It has not, where by way of these bodies' own places the same leads to the same as before, and what
    /// leads elsewhere besides is there already.
    /// </summary>
    public static PointsTo? After(PointsTo before, Program program, ProgramEdit edit)
    {
        if (edit.Changes.Any(static change => change is { Before: { } old, After: { } @new } && old.IsAsync != @new.IsAsync) || !before.KeepsHolders(program, edit))
        {
            return null;
        }

        var edited = new HashSet<string>(edit.Changes.Select(static change => (change.Before ?? change.After)!.Id), StringComparer.Ordinal);
        var outer = new HashSet<string>(StringComparer.Ordinal);
        foreach (List<BodyFacts> bodies in (List<BodyFacts>[])[before._program.Bodies, program.Bodies])
        {
            foreach (BodyFacts body in bodies)
            {
                if (body.Outer is { } around && edited.Contains(around))
                {
                    outer.Add(around);
                }
            }
        }

        var old = new Inclusions(before, before._program, [.. edit.Changes.Select(static change => change.Before).OfType<BodyFacts>()], outer);
        var @new = new Inclusions(before, program, [.. edit.Changes.Select(static change => change.After).OfType<BodyFacts>()], outer);
        if (!@new.LeadsAs(old) || !@new.Qualities.SetEquals(old.Qualities) || !edit.Changes.All(change => AreWatchedAlike(change.Before, old, change.After, @new)))
        {
            return null;
        }

        // Whose an object is, is asked of the graph itself, which this edit does not touch.
        bool asksForOwners = before._hasBirths || edit.Changes.Any(static change => change.After?.Instructions.Any(static instruction => instruction is Birth) == true);
        if (asksForOwners && !(before._hasBirths && @new.CopiesAs(old)))
        {
            return null;
        }

        PointsTo after = before.CopyFor(program, old, @new);
        var awaits = edit.Changes.Where(static change => change.Before is not null).ToDictionary(
            static change => change.Before!,
            change => (Body: change.After, Awaits: new Queue<Await>(change.After is null ? [] : @new.Watched(change.After).OfType<Await>())));
        foreach ((BodyFacts body, Await awaiting) in before._awaits)
        {
            if (!awaits.TryGetValue(body, out (BodyFacts? Body, Queue<Await> Awaits) moved))
            {
                after._awaits.Add((body, awaiting));
            }
            else if (before.Objects(awaiting.Target).Count > 0)
            {
                if (moved.Awaits.Count == 0)
                {
                    return null;
                }

                after._awaits.Add((moved.Body!, moved.Awaits.Dequeue()));
            }
        }

        if (awaits.Values.Any(static moved => moved.Awaits.Count > 0))
        {
            return null;
        }

        after.FindContinuations();
        return after;
    }

    // What starts, registers or dispatches by what places hold has to be the same, and to find the same there.
    private static bool AreWatchedAlike(BodyFacts? before, Inclusions old, BodyFacts? after, Inclusions @new)
    {
        Instruction[] gone = before is null ? [] : old.Watched(before);
        Instruction[] come = after is null ? [] : @new.Watched(after);
        if (gone.Length != come.Length)
        {
            return false;
        }

        for (int i = 0; i < gone.Length; i++)
        {
            if (!FactsComparison.SayTheSame(gone[i], come[i]) || !new HashSet<string>(Subjects(gone[i]).SelectMany(old.ObjectsOf), StringComparer.Ordinal).SetEquals(Subjects(come[i]).SelectMany(@new.ObjectsOf)))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<Value> Subjects(Instruction instruction) => instruction switch
    {
        Call call => [call.Receiver],
        Affect affect => [affect.Target, .. new[] { affect.Scheduler, affect.Antecedent }.OfType<Value>()],
        Await awaiting => [awaiting.Target],
        Register register => [register.Source, register.Delegate],
        _ => [],
    };

    private bool KeepsHolders(Program program, ProgramEdit edit)
    {
        bool mayChange = edit.Changes.Any(static change => Matters(change.Before, DelegateHolders.Matters) || Matters(change.After, DelegateHolders.Matters));
        if (mayChange && !new DelegateHolders(program).SameAs(Holders))
        {
            return false;
        }

        mayChange = edit.Changes.Any(static change => Matters(change.Before, WaysBack.Matters) || Matters(change.After, WaysBack.Matters));
        if (mayChange && !new WaysBack(program).SameAs(WaysBack))
        {
            return false;
        }

        mayChange = edit.Changes.Any(static change => Matters(change.Before, SoleObjects.Matters) || Matters(change.After, SoleObjects.Matters));
        return !mayChange || new SoleObjects(program).SameAs(Soles);

        static bool Matters(BodyFacts? body, Func<BodyFacts, bool> matters) => body is not null && matters(body);
    }

    // All that is not named here is taken over: it depends on what is watched, or on the solution.
    private PointsTo CopyFor(Program program, Inclusions old, Inclusions @new)
    {
        var copy = (PointsTo)MemberwiseClone();
        copy._program = program;
        copy._bodies = [];
        copy._told = new(StringComparer.Ordinal);
        copy._functions = new(StringComparer.Ordinal);
        copy._exactTypes = new(StringComparer.Ordinal);
        copy._exactTargets = [];
        copy._awaits = [];
        copy._lazyFactories = [];
        copy._continuations = new(StringComparer.Ordinal);
        copy._isContinued = [];
        copy._own = new(_own, StringComparer.Ordinal);
        foreach (string place in old.OwnPlaces)
        {
            copy._own[place] = [];
        }

        foreach (string place in @new.OwnPlaces)
        {
            copy._own[place] = @new.ObjectsAt(place);
        }

        copy.Ends = Ends.Without(old.Ends.Select(static end => end.Result));
        foreach ((string result, string? end) in @new.Ends)
        {
            copy.Ends.Add(result, end);
        }

        return copy;
    }

    private IReadOnlyCollection<string> ObjectsAt(string place) => _own.TryGetValue(place, out string[]? objects) ? objects : _graph.Objects(place);
}
