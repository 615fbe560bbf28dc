using System.Runtime.CompilerServices;

namespace KThreadRuntime;

/// <summary>
/// What <see cref="WwMutex"/>es have in common that may be acquired in any order under one <see cref="WwAcquireContext"/>: how
/// old contexts are, and who gives way.
/// </summary>
/// <remarks>
/// Keep it in a <c>static readonly</c> field. All its mutexes are of one lock class, and all its contexts of another. The model is
/// the kernel's <c>ww_class</c>. Safe to share between threads.
/// </remarks>
public sealed class WwClass
{
    private long _lastStamp;

    /// <summary>Creates a class.</summary>
    /// <param name="name">What reports call it; by default the member that creates it.</param>
    /// <param name="algorithm">Who gives way.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public WwClass(
        string? name = null, WwAlgorithm algorithm = WwAlgorithm.WoundWait,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Name = name ?? $"{nameof(WwClass)}@{member}";
        Algorithm = algorithm;
        MutexKey = new LockClassKey($"{Name}_mutex", file, line, member);
        ContextKey = new LockClassKey($"{Name}_acquire", file, line, member);
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>Who gives way.</summary>
    public WwAlgorithm Algorithm { get; }

    internal LockClassKey MutexKey { get; }

    internal LockClassKey ContextKey { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Algorithm})";

    internal long NextStamp() => Interlocked.Increment(ref _lastStamp);
}
