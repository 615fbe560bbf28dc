using System.Runtime.CompilerServices;

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
    public void Dispose() => _isDisposed = true;

    /// <inheritdoc/>
    public override string ToString() => Name ?? $"key {Site}";
}
