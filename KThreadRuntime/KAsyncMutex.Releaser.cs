using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>What an acquire gives.</content>
public sealed partial class KAsyncMutex
{
    /// <summary>The ownership of a <see cref="KAsyncMutex"/>. May be handed to whoever shall release it; copies are one releaser.</summary>
    public readonly struct Releaser : IDisposable
    {
        private readonly KAsyncMutex? _mutex;
        private readonly FlowHold? _hold;

        internal Releaser(KAsyncMutex mutex, FlowHold hold)
        {
            _mutex = mutex;
            _hold = hold;
        }

        /// <summary>Whether the lock was acquired. False where a try failed or its time was over; a release does nothing then.</summary>
        public bool IsAcquired => _mutex is not null;

        /// <summary>Releases the lock, on any thread. A second release is reported and does nothing.</summary>
        /// <param name="file">Filled in by the compiler.</param>
        /// <param name="line">Filled in by the compiler.</param>
        /// <param name="member">Filled in by the compiler.</param>
        public void Release([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
            _mutex?.Release(_hold!, new CodeSite(file, line, member));

        /// <summary>Does what <see cref="Release"/> does.</summary>
        public void Dispose() => _mutex?.Release(_hold!, CodeSite.Unknown);
    }

    /// <summary>An acquire in progress. Await it once: the result is the lock's ownership.</summary>
    /// <remarks>
    /// A type of its own, since its result is taken by the very flow that goes on with the lock: there, and nowhere earlier, the
    /// validator learns on which thread that is.
    /// </remarks>
    public readonly struct Acquisition
    {
        private readonly Task<bool>? _granted;
        private readonly KAsyncMutex? _mutex;
        private readonly FlowHold? _hold;
        private readonly Releaser _releaser;

        internal Acquisition(Releaser releaser) => _releaser = releaser;

        internal Acquisition(KAsyncMutex mutex, Task<bool> granted, FlowHold hold)
        {
            _mutex = mutex;
            _granted = granted;
            _hold = hold;
        }

        /// <summary>Whether awaiting it would not wait.</summary>
        public bool IsCompleted => _granted?.IsCompleted ?? true;

        /// <summary>What the compiler awaits; continues on the captured context.</summary>
        public Awaiter GetAwaiter() => new(this, continueOnCapturedContext: true);

        /// <summary>The same, configured.</summary>
        /// <param name="continueOnCapturedContext">Whether to continue on the captured context.</param>
        /// <returns>What the compiler awaits.</returns>
        public Configured ConfigureAwait(bool continueOnCapturedContext) => new(this, continueOnCapturedContext);

        /// <summary>A task for it, to be used instead of awaiting it. The flow that awaits the task is not known to have the lock.</summary>
        /// <returns>The task.</returns>
        public async Task<Releaser> AsTask() => await this;

        private Releaser Finish()
        {
            if (_granted is null)
            {
                return _releaser;
            }

            bool isGranted;
            try
            {
                isGranted = _granted.GetAwaiter().GetResult();
            }
            catch
            {
                _mutex!.Abandon(_hold!);
                throw;
            }

            return _mutex!.EndAcquire(isGranted, _hold!);
        }

        /// <summary>An <see cref="Acquisition"/> with its continuation configured.</summary>
        public readonly struct Configured
        {
            private readonly Acquisition _acquisition;
            private readonly bool _captures;

            internal Configured(in Acquisition acquisition, bool captures)
            {
                _acquisition = acquisition;
                _captures = captures;
            }

            /// <summary>What the compiler awaits.</summary>
            public Awaiter GetAwaiter() => new(_acquisition, _captures);
        }

        /// <summary>Awaits an <see cref="Acquisition"/>. For the compiler.</summary>
        public readonly struct Awaiter : ICriticalNotifyCompletion
        {
            private readonly Acquisition _acquisition;
            private readonly bool _captures;

            internal Awaiter(in Acquisition acquisition, bool continueOnCapturedContext)
            {
                _acquisition = acquisition;
                _captures = continueOnCapturedContext;
            }

            /// <summary>Whether awaiting would not wait.</summary>
            public bool IsCompleted => _acquisition.IsCompleted;

            /// <summary>The lock's ownership.</summary>
            /// <exception cref="OperationCanceledException">The acquire was cancelled.</exception>
            public Releaser GetResult() => _acquisition.Finish();

            /// <inheritdoc/>
            public void OnCompleted(Action continuation) => Inner.OnCompleted(continuation);

            /// <inheritdoc/>
            public void UnsafeOnCompleted(Action continuation) => Inner.UnsafeOnCompleted(continuation);

            private ConfiguredTaskAwaitable<bool>.ConfiguredTaskAwaiter Inner =>
                (_acquisition._granted ?? Task.FromResult(true)).ConfigureAwait(_captures).GetAwaiter();
        }
    }
}
