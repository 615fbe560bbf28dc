using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>Handlers: code that runs on top of a lock holder, on its thread.</content>
public static partial class Lockdep
{
    /// <summary>
    /// Begins a handler on the calling thread: from here to the end of the scope, what happens is not the interrupted flow's.
    /// No dependency leads from what that holds to what the handler acquires; instead, a lock acquired in a handler may nowhere
    /// be held while such a handler may run, neither it nor, by way of others, a lock that it is held over.
    /// </summary>
    /// <param name="level">The kind of handler; see <see cref="HandlerLevel"/> for what that means in .NET.</param>
    /// <param name="isThreaded">
    /// For a hard handler, whether it is one that some configurations run on a thread of its own: it may then take locks that
    /// spin on some configurations and sleep on others (<see cref="LockWaitType.Config"/>), else only those that always spin.
    /// </param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope; dispose it on the same thread, handlers that began later first.</returns>
    /// <exception cref="LockdepException">
    /// A <see cref="ThrowingSink"/> is in use and what the thread holds may not be interrupted; no handler has begun then.
    /// </exception>
    /// <remarks>
    /// While it runs, further handlers of its level are off, and for a hard one soft handlers too. Its end forgets its acquires
    /// and waits: they say nothing about what the interrupted flow signals later. It allocates nothing but room for the nesting.
    /// </remarks>
    public static HandlerScope EnterHandler(
        HandlerLevel level, bool isThreaded = true,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsSupported)
        {
            return default;
        }

        LockdepContext context = LockdepContext.For(LockdepValidator.Current);
        return new HandlerScope(context, context.EnterHandler(Require(level), isThreaded, new CodeSite(file, line, member)));
    }

    /// <summary>
    /// Tells that no handler of a level can run on the calling thread from here on: it does not pump, or holds off whoever
    /// would call back. Not nested: twice is as once.
    /// </summary>
    /// <param name="level">The level. While hard handlers are off, soft ones do not run either.</param>
    public static void HandlersOff(HandlerLevel level)
    {
        if (IsSupported)
        {
            LockdepContext.For(LockdepValidator.Current).HandlersOff(Require(level));
        }
    }

    /// <summary>Tells that handlers of a level may run again: what the thread holds now is held while they may.</summary>
    /// <param name="level">The level. In a handler of that level this is a misuse, and is reported and ignored.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use; the handlers are on all the same.</exception>
    public static void HandlersOn(
        HandlerLevel level, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            LockdepContext.For(LockdepValidator.Current).HandlersOn(Require(level), new CodeSite(file, line, member));
        }
    }

    /// <summary>As <see cref="HandlersOff"/>, until the scope is disposed; then as it was before.</summary>
    /// <param name="level">The level.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope; dispose it on the same thread.</returns>
    public static HandlerMask MaskHandlers(
        HandlerLevel level, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsSupported)
        {
            return default;
        }

        LockdepContext context = LockdepContext.For(LockdepValidator.Current);
        return new HandlerMask(context.HandlersOff(Require(level)) ? context.Validator : null, level, new CodeSite(file, line, member));
    }

    private static HandlerLevel Require(HandlerLevel level) => level is HandlerLevel.Soft or HandlerLevel.Hard
        ? level
        : throw new ArgumentOutOfRangeException(nameof(level), level, "A handler is soft or hard.");

    /// <summary>A handler that <see cref="EnterHandler"/> began. The default value stands for none.</summary>
    public readonly struct HandlerScope : IDisposable
    {
        private readonly LockdepContext? _context;
        private readonly long _serial;

        internal HandlerScope(LockdepContext context, long serial)
        {
            _context = context;
            _serial = serial;
        }

        /// <summary>
        /// Ends the handler, with those still running on top of it. That they run, and that locks are still held, is reported;
        /// the locks then count as released. Ending it again does nothing.
        /// </summary>
        /// <exception cref="InvalidOperationException">The handler began on another thread.</exception>
        /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use; the handler has ended all the same.</exception>
        public void Dispose()
        {
            if (_context is null)
            {
                return;
            }

            if (!ReferenceEquals(LockdepContext.For(_context.Validator), _context))
            {
                throw new InvalidOperationException("A handler ends on the thread that it began on.");
            }

            _context.ExitHandler(_serial);
        }
    }

    /// <summary>Handlers held off by <see cref="MaskHandlers"/>. The default value stands for none.</summary>
    public readonly struct HandlerMask : IDisposable
    {
        private readonly LockdepValidator? _validator;
        private readonly HandlerLevel _level;
        private readonly CodeSite _site;

        internal HandlerMask(LockdepValidator? validator, HandlerLevel level, CodeSite site)
        {
            _validator = validator;
            _level = level;
            _site = site;
        }

        /// <summary>Lets the handlers run again, unless they were off before.</summary>
        /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use; the handlers are on all the same.</exception>
        public void Dispose()
        {
            if (_validator is not null)
            {
                LockdepContext.For(_validator).HandlersOn(_level, _site);
            }
        }
    }
}
