using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <content>How an instance finds its class, and gets another.</content>
public sealed partial class LockdepMap
{
    private string? _name;
    private LockClassKey? _key;
    private int _subclass;
    private LockClass? _class;
    private LockClass?[]? _subclasses;

    /// <summary>The class of a subclass, resolved on first use.</summary>
    internal LockClass ClassFor(int subclass)
    {
        if (subclass == 0)
        {
            return _class ?? Resolve();
        }

        RequireSubclass(subclass);
        EnsureId();
        LockClass?[] table = _subclasses ??= new LockClass?[MaxSubclasses];
        return table[subclass] ??= Lookup(subclass, _site);
    }

    /// <summary>The class of a wait: by its site when the policy says so.</summary>
    internal LockClass ClassForWait(in CodeSite waitSite)
    {
        if (Policy != ClassPolicy.WaitSite)
        {
            return ClassFor(0);
        }

        EnsureId();
        LockClass byWait = Lookup(0, waitSite);
        _class = byWait;
        return byWait;
    }

    /// <summary>Gives the instance another class; what is held under the old one stays so until the context re-labels it.</summary>
    internal void Label(LockClassKey? key, string? name, int subclass)
    {
        RequireSubclass(subclass);
        _key = key;
        _name = name;
        _subclass = subclass;
        _class = null;
        _subclasses = null;
        PublishToken();
        ForgetWarm();
    }

    internal void Label(int subclass) => Label(_key, _name, subclass);

    private static void RequireSubclass(int subclass)
    {
        if ((uint)subclass >= MaxSubclasses)
        {
            throw new ArgumentOutOfRangeException(nameof(subclass), subclass, "A subclass is a number from 0 to 7.");
        }
    }

    private LockClass Resolve()
    {
        EnsureId();
        LockClass resolved = Lookup(_subclass, _site);
        _class = resolved;
        PublishToken();
        return resolved;
    }

    /// <summary>The warm path takes a non-zero token for "the id is there, the class is known, and all is as usual".</summary>
    private void PublishToken() => Volatile.Write(
        ref _hot.ClassToken, _class is { } known && _validation == LockValidation.Full ? ((long)Validator.Number << 32) | (uint)known.Index : 0);

    /// <summary>No thread takes what it last knew of this instance for granted any more.</summary>
    private void ForgetWarm()
    {
        if (Id != 0)
        {
            Validator.Clock.Advance();
        }
    }

    private LockClass Lookup(int subclass, in CodeSite site)
    {
        ClassIdentity identity = _key is not null ? new(_key, default, _kindName, _role, subclass)
            : _policy switch
            {
                ClassPolicy.Instance => new(this, default, _kindName, _role, subclass),
                ClassPolicy.Kind => new(_kindName, default, _kindName, _role, subclass),
                _ => new(null, site, _kindName, _role, subclass),
            };
        return Validator.Classes.Resolve(identity, NameOf(site), site, _key, new ClassTraits(Kind, WaitType, InnerWaitType));
    }

    private string NameOf(in CodeSite site)
    {
        if (_kindName == KThread.KindName)
        {
            return _key is null && _policy == ClassPolicy.Kind ? $"(completion)&self->{_role}" : $"(kthread completion)->{_role}";
        }

        string own = _name ?? _key?.Name ?? $"{_kindName}@{(string.IsNullOrEmpty(site.Member) ? "unknown" : site.Member)}";
        if (_role.Length > 0)
        {
            return $"({_role}){own}";
        }

        return Kind == LockdepMapKind.Completion && !own.StartsWith("(completion)", StringComparison.Ordinal) ? $"(completion){own}" : own;
    }
}
