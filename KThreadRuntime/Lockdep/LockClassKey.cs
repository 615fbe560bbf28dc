using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <summary>
/// The identity of a lock class that the program chooses itself. All primitives built with one key obey one set of
/// rules, wherever they were created; two keys are two classes even when their primitives share a creation site.
/// </summary>
/// <remarks>
/// Keep a key in a <c>static readonly</c> field: a key made per instance makes a class per instance. The idea is the
/// kernel's <c>lock_class_key</c>. Safe to share between threads.
/// </remarks>
public sealed class LockClassKey : IDisposable
{
    private BriefLock _gate;
    private readonly List<WeakReference<LockdepValidator>> _validators = [];
    private WeakReference<LockdepValidator>? _newest;
    private volatile bool _isDisposed;

    /// <summary>Creates a key.</summary>
    /// <param name="name">What reports call the class when a primitive gives no name of its own.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public LockClassKey(string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Name = name;
        Site = new CodeSite(file, line, member);
    }

    /// <summary>The name given, if any.</summary>
    public string? Name { get; }

    /// <summary>Where the key was created.</summary>
    public CodeSite Site { get; }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>
    /// Ends the key's classes in all validators: what was learned about them is forgotten. A primitive that still uses the key goes
    /// on to work unchecked, and is reported as <see cref="ReportKind.DeadKey"/>.
    /// </summary>
    /// <remarks>
    /// Not needed for a key in a static field. For one that comes and goes with a plug-in or a device: dispose it after its
    /// primitives, as the kernel's <c>lockdep_unregister_key</c> wants it.
    /// </remarks>
    /// <exception cref="LockdepException">
    /// A <see cref="ThrowingSink"/> is in use and the calling thread holds a lock of the key; the key is disposed.
    /// </exception>
    public void Dispose()
    {
        List<LockdepValidator> validators = TakeValidators();
        if (!Lockdep.IsSupported)
        {
            return;
        }

        foreach (LockdepValidator validator in validators)
        {
            IReadOnlyList<LockClass> classes = validator.Classes.OfKey(this);
            validator.Retire(classes);
            if (classes.Count > 0)
            {
                LockdepContext.Existing(validator)?.KeyDisposed(this, Site);
            }
        }
    }

    /// <summary>A validator registers a class of the key.</summary>
    internal void KnownTo(LockdepValidator validator)
    {
        if (Volatile.Read(ref _newest) is not { } newest || !newest.TryGetTarget(out LockdepValidator? known) || !ReferenceEquals(known, validator))
        {
            Note(validator);
        }
    }

    private void Note(LockdepValidator validator)
    {
        _gate.Enter();
        try
        {
            _validators.RemoveAll(v => !v.TryGetTarget(out LockdepValidator? known) || known.IsDisposed || ReferenceEquals(known, validator));
            _newest = new WeakReference<LockdepValidator>(validator);
            _validators.Add(_newest);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private List<LockdepValidator> TakeValidators()
    {
        _gate.Enter();
        try
        {
            _isDisposed = true;
            _newest = null;
            return [.. _validators.Select(v => v.TryGetTarget(out LockdepValidator? known) ? known : null).OfType<LockdepValidator>()];
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name ?? $"key {Site}";
}
