using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <content>What stays in the graph of an instance that may die.</content>
public sealed partial class LockdepMap
{
    private LockdepMap? _witness;

    /// <summary>Copies what dependencies need to know of an instance that is alone in its class.</summary>
    private LockdepMap(LockdepMap instance)
    {
        Validator = instance.Validator;
        Kind = instance.Kind;
        WaitType = instance.WaitType;
        InnerWaitType = instance.InnerWaitType;
        IsLifetime = instance.IsLifetime;
        _kindName = instance._kindName;
        _role = instance._role;
        _name = instance._name;
        _key = instance._key;
        _policy = instance._policy;
        _site = instance._site;
        _hot.Id = instance.Id;
        _context = instance._context;
        _signaller = instance._signaller;
        _owedBy = instance._owedBy;
        _hasCredit = instance._hasCredit;
    }

    /// <summary>
    /// What dependencies refer to: the instance itself, or, where it is alone in its class, one that tells the same of it and
    /// does not keep it alive, so that the class can end with it.
    /// </summary>
    internal LockdepMap Witness => Volatile.Read(ref _witness) ?? this;

    private void KeepWitness(LockClass own)
    {
        if (_witness is null)
        {
            Interlocked.CompareExchange(ref _witness, new LockdepMap(this), null);
        }

        _witness!._class = own;
    }
}
