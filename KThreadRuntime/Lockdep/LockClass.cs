namespace KThreadRuntime;

/// <summary>The set of instances that obey the same rules: what dependencies are learned about.</summary>
/// <remarks>
/// A class belongs to one <see cref="LockdepValidator"/> and comes into being at the first acquire or wait of an instance,
/// not when the instance is built. Immutable but for counters; safe to share between threads.
/// </remarks>
public sealed class LockClass
{
    private int _soleContext;
    private bool _isRetired;
    private bool _isHandedOn;
    private LockSideTimes? _contention;
    private LockSideTimes? _holds;

    internal LockClass(
        int index, long number, in Rules.ClassIdentity identity, Rules.ClassFamily family, CodeSite site, LockClassKey? key, in Rules.ClassTraits traits,
        LockdepMap? owner = null)
    {
        Index = index;
        Number = number;
        Identity = identity;
        Family = family;
        Subclass = identity.Subclass;
        Site = site;
        Key = key;
        Traits = traits;
        Owner = owner is null ? null : new WeakReference<LockdepMap>(owner);
    }

    /// <summary>The name its first instance gave it.</summary>
    public string Name => Family.Name;

    /// <summary>1 for the first class of this name, 2 for the second, and so on: reports print it when it is not 1.</summary>
    public int Version => Family.Version;

    /// <summary>0, or the subclass chosen at the acquire.</summary>
    public int Subclass { get; }

    /// <summary>Where its first instance was created; for a class by wait site, where the wait is.</summary>
    public CodeSite Site { get; }

    /// <summary>The key that makes the class, if the program gave one.</summary>
    public LockClassKey? Key { get; }

    /// <summary>Whether its instances are waited for rather than held.</summary>
    public bool IsCompletion => Traits.Kind == LockdepMapKind.Completion;

    /// <summary>The name as reports print it: with its version and subclass where they are needed.</summary>
    public string DisplayName => Name + (Version > 1 ? $"#{Version}" : "") + (Subclass > 0 ? $"/{Subclass}" : "");

    /// <summary>
    /// How it is used with regard to handlers, as four characters: acquired in, or held beside, hard handlers, read in or beside
    /// hard handlers, and the same for soft ones. Each is <c>.</c> for neither, <c>-</c> for in a handler, <c>+</c> for held while
    /// one may run, <c>?</c> for both. The letters are the kernel's.
    /// </summary>
    public string Usage { get => field ?? UsageRecord.ToString(); internal init; }

    /// <summary>Its usage states, with who was first seen to set each.</summary>
    internal Rules.UsageRecord UsageRecord { get; } = new();

    /// <summary>
    /// How long threads were blocked on its instances. Counted where a thread really blocks; what succeeds at once costs nothing.
    /// </summary>
    public LockSideTimes Contention => Volatile.Read(ref _contention) ?? Interlocked.CompareExchange(ref _contention, new LockSideTimes(), null) ?? _contention;

    /// <summary>How long its instances were held: none unless <see cref="LockdepOptions.HoldTimes"/> is set.</summary>
    public LockSideTimes Holds => Volatile.Read(ref _holds) ?? Interlocked.CompareExchange(ref _holds, new LockSideTimes(), null) ?? _holds;

    /// <summary>What its first instance was.</summary>
    internal Rules.ClassTraits Traits { get; }

    /// <summary>The order that the program gave for its instances; null when it gave none.</summary>
    internal Rules.ClassOrder? Order { get; set; }

    /// <summary>Its place in its validator's tables, from 1. Used again some time after the class has gone; 0 is nobody's.</summary>
    internal int Index { get; }

    /// <summary>Unique in its validator for ever.</summary>
    internal long Number { get; }

    internal Rules.ClassIdentity Identity { get; }

    /// <summary>Whether a unit of one of its semaphores came from somebody who had not taken it.</summary>
    internal bool IsHandedOn { get => Volatile.Read(ref _isHandedOn); set => Volatile.Write(ref _isHandedOn, value); }

    /// <summary>The class with its subclasses.</summary>
    internal Rules.ClassFamily Family { get; }

    /// <summary>The only instance of a class by instance, as long as it lives; null for other classes.</summary>
    internal WeakReference<LockdepMap>? Owner { get; }

    internal bool IsOrphan => Owner is not null && !Owner.TryGetTarget(out _);

    /// <summary>
    /// Whether nothing is learned about it any more. Set under the gates of the rules that learn, so that nothing they forget comes
    /// back.
    /// </summary>
    internal bool IsRetired { get => Volatile.Read(ref _isRetired); set => Volatile.Write(ref _isRetired, value); }

    /// <inheritdoc/>
    public override string ToString() => Site.IsKnown ? $"{DisplayName} of {Site}" : DisplayName;

    /// <summary>A context stops recording which instances of the class it touches: from now on any may be shared.</summary>
    internal void ForgetInstancesOf(int context)
    {
        if (Interlocked.CompareExchange(ref _soleContext, context, 0) is int other && other != 0 && other != context)
        {
            Volatile.Write(ref _soleContext, Rules.Dependency.Several);
        }
    }

    /// <summary>Whether unrecorded touches, if any, were all by this context.</summary>
    internal bool MayBeSoleOf(int context) => Volatile.Read(ref _soleContext) is int seen && (seen == 0 || seen == context);
}
