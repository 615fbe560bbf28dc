using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <content>How an instance finds its class, and gets another.</content>
public sealed partial class LockdepMap
{
    private static string? _lastGiven;

    private string? _name;
    private LockClassKey? _key;
    private byte _subclass;
    private LockClass? _class;

    /// <summary>How the instance is told from others of its kind, after all splits.</summary>
    internal ClassPolicy Policy =>
        Validator.Classes.AnySplit && Validator.Classes.SplitOf(CoarseIdentity(0, _site)) is { } split ? split.By
        : _key is null ? _policy : ClassPolicy.CreationSite;

    internal LockClassKey? Key => _key;

    private string Role => _seldom?.Role ?? "";

    /// <summary>The class of a subclass, resolved on first use. Of a disposed key, one that has retired.</summary>
    internal LockClass ClassFor(int subclass)
    {
        if (subclass == 0)
        {
            return _class is { } known && IsCurrent(known) ? known : Resolve();
        }

        RequireSubclass(subclass);
        EnsureId();
        LockClass?[] table = Rest.Subclasses ??= new LockClass?[MaxSubclasses];
        return table[subclass] is { } cached && IsCurrent(cached) ? cached : table[subclass] = Lookup(subclass, _site);
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

    internal void EnsureId()
    {
        if (Volatile.Read(ref _id) == 0)
        {
            Interlocked.CompareExchange(ref _id, Interlocked.Increment(ref _lastId), 0);
        }
    }

    /// <summary>Gives the instance another class; what is held under the old one stays so until the context re-labels it.</summary>
    internal void Label(LockClassKey? key, string? name, int subclass)
    {
        RequireSubclass(subclass);
        _key = key;
        _name = name;
        _subclass = (byte)subclass;
        _class = null;
        if (_seldom is { } rest)
        {
            rest.Subclasses = null;
        }

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

    /// <summary>A retired class is looked up again, unless the key that made it is what has gone.</summary>
    private bool IsCurrent(LockClass known) => !known.IsRetired || (_key is { IsDisposed: true } && ReferenceEquals(known.Key, _key));

    private LockClass Resolve()
    {
        EnsureId();
        LockClass resolved = Lookup(_subclass, _site);
        _class = resolved;
        if (resolved.Owner is not null)
        {
            KeepWitness(resolved);
        }

        PublishToken();
        return resolved;
    }

    /// <summary>The warm path takes a non-zero token for "the id is there, the class is known, and all is as usual".</summary>
    private void PublishToken()
    {
        bool isUsual = _class is { IsRetired: false } && _validation == LockValidation.Full;
        Volatile.Write(ref _classToken, isUsual ? Token(Validator, _class!) : 0);
    }

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
        ClassIdentity identity = CoarseIdentity(subclass, site);
        string name = NameOf(site);
        if (_key is { IsDisposed: true })
        {
            return ClassTable.Unregistered(name, site, _key, new ClassTraits(Kind, WaitType, InnerWaitType));
        }

        ClassPolicy by = _key is null ? _policy : ClassPolicy.CreationSite;
        while (Validator.Classes.SplitOf(identity) is { } split)
        {
            by = split.By;
            identity = split.Refine(identity, Id, _site, site);
        }

        LockdepMap? owner = by == ClassPolicy.Instance ? this : null;
        var traits = new ClassTraits(Kind, WaitType, InnerWaitType, by == ClassPolicy.Subclass, IsLifetime);
        _key?.KnownTo(Validator);
        LockClass found = Validator.Classes.Resolve(identity, name, site, _key, traits, owner);
        Validator.SweepIfDue();
        Validator.SampleIfDue();
        if (_seldom?.GuessedSite is CodeSite { IsKnown: false })
        {
            LockdepContext.For(Validator).Issue(new Fault(
                ReportKind.UnknownSite, found, CodeSite.Unknown, "uses a primitive that was created with neither site nor key: its class is that of all such."));
        }

        return _key is { IsDisposed: true } ? RetireOfDisposedKey(found) : found;
    }

    /// <summary>The key was disposed while its class was being registered; nobody else will retire that.</summary>
    private LockClass RetireOfDisposedKey(LockClass found)
    {
        Validator.Retire([found]);
        return found;
    }

    /// <summary>
    /// A name that stands in the program as it is: it tells two of one line apart. One that is put together at run time does not, or each
    /// instance of a row of them would be a class of its own.
    /// </summary>
    private string? GivenName
    {
        get
        {
            if (_name is not { } name || ReferenceEquals(name, Volatile.Read(ref _lastGiven)))
            {
                return _name;
            }

            if (!ReferenceEquals(string.IsInterned(name), name))
            {
                return null;
            }

            // Instances come in rows, and asking costs as much as all the rest of finding their class.
            Volatile.Write(ref _lastGiven, name);
            return name;
        }
    }

    /// <summary>The identity before any split.</summary>
    private ClassIdentity CoarseIdentity(int subclass, in CodeSite site)
    {
        if (_key is not null)
        {
            return new(_key, default, _kindName, Role, subclass);
        }

        return _policy switch
        {
            ClassPolicy.Instance => new(Id, default, _kindName, Role, subclass),
            ClassPolicy.Kind => new(_kindName, default, _kindName, Role, subclass),
            _ when !site.IsKnown => OfGuess(subclass),
            _ => new(GivenName, site, _kindName, Role, subclass),
        };
    }

    /// <summary>Nobody said where the instance was created: its first user stands for its creator, once and for all.</summary>
    private ClassIdentity OfGuess(int subclass)
    {
        if (Rest.GuessedSite is null && Interlocked.CompareExchange(ref Rest.GuessedSite, ExternalFrame.Find(), null) is null)
        {
            Validator.Statistics.CountUnknownSite();
        }

        var guess = (CodeSite)Rest.GuessedSite!;
        return guess.IsKnown ? new(GivenName, guess, _kindName, Role, subclass) : new(_kindName, default, _kindName, Role, subclass);
    }

    private string NameOf(in CodeSite site)
    {
        if (_kindName == KThread.KindName)
        {
            return _key is null && _policy == ClassPolicy.Kind ? $"(completion)&self->{Role}" : $"(kthread completion)->{Role}";
        }

        string own = _name ?? _key?.Name ?? $"{_kindName}@{(string.IsNullOrEmpty(site.Member) ? "unknown" : site.Member)}";
        if (Role.Length > 0)
        {
            return $"({Role}){own}";
        }

        return Kind == LockdepMapKind.Completion && !own.StartsWith("(completion)", StringComparison.Ordinal) ? $"(completion){own}" : own;
    }
}
