using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace KThreadRuntime.Tests.Support;

/// <summary>
/// A real thread that does what it is told, one thing at a time: so a test decides the order of what several threads do.
/// Every wait is bounded, and fails the test when it ends.
/// </summary>
internal sealed class Actor : IDisposable
{
    private readonly BlockingCollection<Job> _jobs = [];
    private readonly Thread _thread;

    internal Actor(string name)
    {
        _thread = new Thread(Work) { Name = name, IsBackground = true };
        _thread.Start();
    }

    internal Thread Thread => _thread;

    /// <summary>Does something and waits until it is done; throws what it threw.</summary>
    internal void Do(Action action) => Begin(action).Finish();

    /// <summary>Does something and gives its result.</summary>
    internal T Do<T>(Func<T> function)
    {
        T result = default!;
        Do(() => { result = function(); });
        return result;
    }

    /// <summary>Lets it begin something that may block.</summary>
    internal Job Begin(Action action)
    {
        var job = new Job(action);
        _jobs.Add(job);
        return job;
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        if (!_thread.Join(Patience.Limit))
        {
            throw new TimeoutException($"The thread {_thread.Name} did not end.");
        }
    }

    private void Work()
    {
        foreach (Job job in _jobs.GetConsumingEnumerable())
        {
            job.Run();
        }
    }

    /// <summary>Something that a thread was told to do.</summary>
    internal sealed class Job(Action action)
    {
        private readonly ManualResetEventSlim _done = new();
        private ExceptionDispatchInfo? _thrown;

        internal bool IsDone => _done.IsSet;

        internal void Run()
        {
            try
            {
                action();
            }
            catch (Exception thrown)
            {
                _thrown = ExceptionDispatchInfo.Capture(thrown);
            }

            _done.Set();
        }

        internal void Finish()
        {
            Assert.True(_done.Wait(Patience.Limit), "A thread did not finish what it was told to do.");
            _thrown?.Throw();
        }
    }
}
