using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// What goes on when objects are signalled.
internal sealed partial class PointsTo
{
    private void FindContinuations()
    {
        foreach ((BodyFacts body, Await awaiting) in _awaits)
        {
            AddContinuation(awaiting.Target, new Continuation(body, Continuation.SiteOf(body, awaiting.Span)));
        }

        foreach (Register registration in _registrations)
        {
            foreach (BodyFacts body in Functions(registration.Delegate))
            {
                AddContinuation(registration.Source, new Continuation(body, null));
                if (registration.IsLazy)
                {
                    _lazyFactories.Add(body);
                }
            }
        }
    }

    private void AddContinuation(Value source, Continuation continuation)
    {
        foreach (string @object in Objects(source))
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
