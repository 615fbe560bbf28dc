using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// What goes on when objects are signalled.
internal sealed partial class PointsTo
{
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
