using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Where a container of services hands out the objects of a class. Only what is registered once under its type and key is followed:
/// of two registrations nobody here knows which one counts.
/// </summary>
internal sealed class Services
{
    private readonly Dictionary<(string Service, string? Key), List<(BodyFacts Body, Provide Provide)>> _provided = [];
    private readonly Dictionary<(string Service, string? Key), List<(BodyFacts Body, Inject Inject)>> _asked = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly HashSet<string> _created = new(StringComparer.Ordinal);
    private readonly Contexts _contexts;

    public Services(Contexts contexts) => _contexts = contexts;

    public void Add(BodyFacts body, Instruction instruction)
    {
        switch (instruction)
        {
            case Provide provide:
                Add(_provided, (provide.Service, provide.Key), (body, provide));
                if (provide.Implementation is { } type)
                {
                    _made.Add(type);
                }

                break;
            case Inject inject:
                Add(_asked, (inject.Service, inject.Key), (body, inject));
                break;
            case Call { IsCreation: true, Receiver: { Kind: ValueKind.Allocation, Type: { } created } }:
                _created.Add(created);
                break;
        }
    }

    /// <summary>For each object, or each one of them, that a container makes of a class: the places that it is handed to first.</summary>
    public IEnumerable<string[]> Of(string type)
    {
        foreach (KeyValuePair<(string Service, string? Key), List<(BodyFacts Body, Provide Provide)>> registered in
            _provided.OrderBy(static pair => pair.Key.Service, StringComparer.Ordinal).ThenBy(static pair => pair.Key.Key, StringComparer.Ordinal))
        {
            if (registered.Value.Count != 1
                || !Makes(registered.Value[0].Provide, type)
                || !_asked.TryGetValue(registered.Key, out List<(BodyFacts Body, Inject Inject)>? asked))
            {
                continue;
            }

            string[] places = [.. asked.Where(request => IsByContainer(request.Body, request.Inject)).Select(static request => request.Inject.Result.Key).Distinct()];
            if (registered.Value[0].Provide.Lifetime == Lifetime.Transient)
            {
                foreach (string place in places)
                {
                    yield return [place];
                }
            }
            else if (places.Length > 0)
            {
                yield return places;
            }
        }
    }

    // A delegate makes an object if all that it returns are new ones.
    private bool Makes(Provide provide, string type)
    {
        if (provide.Implementation is { } implementation)
        {
            return implementation == type;
        }

        if (provide.Maker.Kind != ValueKind.Function || _contexts.Program.Body(provide.Maker.Id) is not { } maker)
        {
            return false;
        }

        var names = new LocalNames(maker);
        Value[] returned = [.. maker.Instructions.OfType<ReturnValue>().Select(returned => names.ResolveObject(returned.Source))];
        return returned.Length > 0 && returned.All(value => value is { Kind: ValueKind.Allocation, Type: { } made } && made == type);
    }

    // A constructor that the program itself calls is given its arguments there.
    private bool IsByContainer(BodyFacts body, Inject inject) =>
        inject.Result.Kind != ValueKind.Parameter || body.Type is not { } type || _made.Contains(type) || !_created.Contains(type);

    private static void Add<T>(Dictionary<(string, string?), List<T>> lists, (string, string?) key, T item)
    {
        if (!lists.TryGetValue(key, out List<T>? list))
        {
            lists.Add(key, list = []);
        }

        list.Add(item);
    }
}
