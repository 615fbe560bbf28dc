using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// What goes on when objects are signalled.
internal sealed partial class PointsTo
{
    private const int MaxAntecedents = 4;

    /// <summary>The completions without which the work whose end this is does not begin: of the task that it goes on from, and of those that this one goes on from.</summary>
    public IEnumerable<string> Antecedents(string task)
    {
        if (!_antecedents.ContainsKey(task))
        {
            return [];
        }

        var found = new List<string> { task };
        for (int i = 0; i < found.Count && found.Count <= MaxAntecedents; i++)
        {
            if (_antecedents.TryGetValue(found[i], out Value? source))
            {
                found.AddRange(Objects(source).Where(IsCompletion).Except(found).OrderBy(static key => key, StringComparer.Ordinal));
            }
        }

        return found.Skip(1);
    }

    private void FindContinuations()
    {
        foreach ((BodyFacts body, Await awaiting) in _awaits)
        {
            AddContinuation(Objects(awaiting.Target), new Continuation(body, Continuation.SiteOf(body, awaiting.Span)));
        }

        foreach (Register registration in _registrations)
        {
            // What a lazy object's factory returns is in the same place, and has nothing registered with it.
            IReadOnlyCollection<string> objects = registration.IsLazy ? [registration.Source.Key] : Objects(registration.Source);
            foreach (BodyFacts body in Functions(registration.Delegate))
            {
                AddContinuation(objects, new Continuation(body, null));
                if (registration.IsLazy)
                {
                    _lazyFactories.Add(body);
                }
            }
        }
    }

    private void AddContinuation(IReadOnlyCollection<string> objects, Continuation continuation)
    {
        foreach (string @object in objects)
        {
            if (!_continuations.TryGetValue(@object, out List<Continuation>? continuations))
            {
                _continuations.Add(@object, continuations = []);
            }

            if (_isContinued.Add((@object, continuation)))
            {
                continuations.Add(continuation);
            }
        }
    }
}
