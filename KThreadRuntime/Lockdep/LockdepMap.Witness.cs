using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <content>What stays in the graph of an instance that may die.</content>
public sealed partial class LockdepMap
{
    /// <summary>Copies what dependencies need to know of an instance that is alone in its class.</summary>
    private LockdepMap(LockdepMap instance)
    {
        Validator = instance.Validator;
        Kind = instance.Kind;
        WaitType = instance.WaitType;
        InnerWaitType = instance.InnerWaitType;
        IsLifetime = instance.IsLifetime;
        _kindName = instance._kindName;
        _seldom = instance.Role.Length == 0 ? null : new Seldom { Role = instance.Role };
        _name = instance._name;
        _key = instance._key;
        _policy = instance._policy;
        _site = instance._site;
        _id = instance.Id;
        _context = instance._context;
        _signaller = instance._signaller;
        _owedBy = instance._owedBy;
        _hasCredit = instance._hasCredit;
    }

    /// <summary>
    /// What dependencies refer to: the instance itself, or, where it is alone in its class, one that tells the same of it and
    /// does not keep it alive, so that the class can end with it.
    /// </summary>
    internal LockdepMap Witness => Known ?? this;

    /// <summary>The one that tells the same, if there is any.</summary>
    private LockdepMap? Known => Volatile.Read(ref _seldom) is { } rest ? Volatile.Read(ref rest.Witness) : null;

    private void KeepWitness(LockClass own)
    {
        LockdepMap witness = Known ?? Interlocked.CompareExchange(ref Rest.Witness, new LockdepMap(this), null) ?? Known!;
        witness._class = own;
    }
}
