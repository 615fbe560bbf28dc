namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>
/// Contexts and maps for the stories about waits: nothing blocks, so a story that would hang can be told to its end.
/// </summary>
internal sealed class Wire(Lab lab)
{
    private readonly Dictionary<string, LockClassKey> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Actor> _contexts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Context, LockdepMap Completion), WaitTicket> _waits = [];

    /// <summary>A new lock; those of one name are of one class.</summary>
    internal LockdepMap Lock(string name) => new(name, ClassOf(name));

    /// <summary>A new completion; those of one name are of one class.</summary>
    internal LockdepMap Completion(string name) => new(name, ClassOf(name), LockdepMapKind.Completion);

    internal Actor Context(string name) => _contexts.TryGetValue(name, out Actor? known) ? known : _contexts[name] = lab.Thread(name);

    internal void Acquire(string context, LockdepMap map, LockMode mode = LockMode.Exclusive) => Context(context).Do(() => Lockdep.Acquire(map, mode));

    internal void Release(string context, LockdepMap map) => Context(context).Do(() => Lockdep.Release(map));

    /// <summary>Acquires and releases.</summary>
    internal void Pass(string context, LockdepMap map, LockMode mode = LockMode.Exclusive)
    {
        Acquire(context, map, mode);
        Release(context, map);
    }

    internal void BeginWait(string context, LockdepMap completion) =>
        _waits.Add((context, completion), Context(context).Do(() => Lockdep.BeginWait(completion)));

    internal void EndWait(string context, LockdepMap completion)
    {
        Assert.True(_waits.Remove((context, completion), out WaitTicket ticket), "No such wait has begun.");
        Context(context).Do(() => Lockdep.EndWait(ticket));
    }

    /// <summary>A whole wait under a lock, for which nobody signals: tells what the wait depends on.</summary>
    internal void WaitUnder(string context, LockdepMap held, LockdepMap completion)
    {
        Acquire(context, held);
        BeginWait(context, completion);
        EndWait(context, completion);
        Release(context, held);
    }

    internal void Signal(string context, LockdepMap completion) => Context(context).Do(() => Lockdep.Signal(completion));

    internal void Owe(string context, LockdepMap completion) => Context(context).Do(() => Lockdep.Owe(completion));

    /// <summary>Exactly these many pairs of classes must have been learned: silence is then not blindness.</summary>
    internal void HasLearned(int dependencies) => Assert.Equal(dependencies, lab.Validator.Statistics.Dependencies);

    private LockClassKey ClassOf(string name) =>
        _classes.TryGetValue(name, out LockClassKey? known) ? known : _classes[name] = new LockClassKey(name);
}
