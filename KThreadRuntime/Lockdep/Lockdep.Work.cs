using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>Where one piece of work ends and the next begins.</content>
public static partial class Lockdep
{
    /// <summary>
    /// Tells that what the calling thread did so far has nothing to do with what it does next: between two requests, two work
    /// items, two tests. Signals of a thread's own life (parked, exited) are not cut off.
    /// </summary>
    /// <remarks>Put it after the signals that end the old piece of work.</remarks>
    public static void IndependencePoint()
    {
        if (IsSupported)
        {
            LockdepContext.For(LockdepValidator.Current).Cut();
        }
    }

    /// <summary>
    /// Begins a piece of work of the calling flow: an independence point at both ends, and, on thread-pool threads, the
    /// promise that what happens in between belongs together. Without it pool work never exceeds
    /// <see cref="Confidence.ClassLevelOnly"/>.
    /// </summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope; dispose it in the same flow, on whatever thread. What the work acquired and still holds then is reported.</returns>
    /// <remarks>The scope goes with the flow over <c>await</c>; a task or thread that is started in it is outside.</remarks>
    public static WorkScope BeginWork([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsSupported)
        {
            return default;
        }

        LockdepContext context = LockdepContext.For(LockdepValidator.Current);
        context.Cut();
        return new WorkScope(context, AsyncFlow.EnterScope(), new CodeSite(file, line, member));
    }

    /// <summary>A piece of work that <see cref="BeginWork"/> began.</summary>
    public readonly struct WorkScope : IDisposable
    {
        private readonly LockdepContext? _context;
        private readonly int _heldBefore;
        private readonly long _outer;
        private readonly CodeSite _site;

        internal WorkScope(LockdepContext context, long outer, CodeSite site)
        {
            _context = context;
            _heldBefore = context.HeldCount;
            _outer = outer;
            _site = site;
        }

        /// <summary>Ends the piece of work.</summary>
        /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the work still holds something.</exception>
        public void Dispose()
        {
            if (_context is null)
            {
                return;
            }

            try
            {
                // Its flow may have come to another thread, which held nothing when the work began, and which the validator may
                // not know yet: the flow brings its locks along all the same.
                LockdepContext? here = AsyncFlow.Here is { Entries.Length: > 0 }
                    ? LockdepContext.For(_context.Validator)
                    : LockdepContext.Existing(_context.Validator);
                here?.ReportLeftovers("the end of its work", _site, ReferenceEquals(here, _context) ? _heldBefore : 0);
            }
            finally
            {
                AsyncFlow.ExitScope(_outer);
            }
        }
    }
}
