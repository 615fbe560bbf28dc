using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using KThreadRuntime;

namespace Benchmarks;

/// <summary>Tables of single costs by BenchmarkDotNet, all under the process's own validator.</summary>
public static class Tables
{
    // One process and few iterations: all tables in minutes, with errors of some percent.
    private static readonly string[] _shortRun = ["--filter", "*", "--warmupCount", "5", "--iterationCount", "15", "--inProcess"];

    /// <summary>Runs what the arguments select; without any everything, in a short run.</summary>
    /// <param name="arguments">As BenchmarkDotNet takes them.</param>
    /// <returns>0 when every benchmark ran.</returns>
    public static int Run(string[] arguments)
    {
        string[] all = arguments.Length == 0 ? _shortRun : arguments;
        return BenchmarkSwitcher.FromTypes([typeof(Construction), typeof(WarmPairs), typeof(NestedPairs), typeof(SignalledPairs)]).Run(all).Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
    }

    /// <summary>What it costs to build a primitive. The budget is 30 ns above the same without its probes, and for a map above a bare object.</summary>
    [MemoryDiagnoser]
    public class Construction
    {
        /// <summary>A bare object, which a lock statement takes.</summary>
        /// <returns>It.</returns>
        [Benchmark(Baseline = true)]
        public object Object() => new();

        /// <summary>The validator's side alone.</summary>
        /// <returns>It.</returns>
        [Benchmark]
        public object Map() => new LockdepMap("map");

        /// <summary>A mutex without its probes.</summary>
        /// <returns>It.</returns>
        [Benchmark]
        public object BareMutex() => new BareMutex();

        /// <summary>A mutex.</summary>
        /// <returns>It.</returns>
        [Benchmark]
        public object Mutex() => new KMutex();

        /// <summary>The BCL's counterpart of a completion.</summary>
        /// <returns>It.</returns>
        [Benchmark]
        public object SemaphoreSlim() => new SemaphoreSlim(0);

        /// <summary>A completion without its probes.</summary>
        /// <returns>It.</returns>
        [Benchmark]
        public object BareCompletion() => new Completion(map: null);

        /// <summary>A completion.</summary>
        /// <returns>It.</returns>
        [Benchmark]
        public object Completion() => new Completion();

        /// <summary>A reader/writer semaphore.</summary>
        /// <returns>It.</returns>
        [Benchmark]
        public object ReadWriteSemaphore() => new KRwSemaphore();
    }

    /// <summary>Uncontended pairs.</summary>
    [MemoryDiagnoser]
    public class WarmPairs
    {
        private readonly object _monitor = new();
        private readonly LockdepMap _map = new("map", kind: LockdepMapKind.ReentrantLock);
        private readonly KMutex _mutex = new();
        private readonly KRwSemaphore _rw = new();
        private int _value;

        /// <summary>A lock statement.</summary>
        /// <returns>A counter.</returns>
        [Benchmark(Baseline = true)]
        public int Raw()
        {
            lock (_monitor)
            {
                return _value++;
            }
        }

        /// <summary>The same with the probes around it.</summary>
        /// <returns>A counter.</returns>
        [Benchmark]
        public int Tracked()
        {
            Lockdep.Acquire(_map);
            int value;
            lock (_monitor)
            {
                value = _value++;
                Lockdep.Release(_map);
            }

            return value;
        }

        /// <summary>A mutex.</summary>
        /// <returns>A counter.</returns>
        [Benchmark]
        public int Mutex()
        {
            _mutex.Acquire();
            int value = _value++;
            _mutex.Release();
            return value;
        }

        /// <summary>The read side of a reader/writer semaphore.</summary>
        /// <returns>A counter.</returns>
        [Benchmark]
        public int Read()
        {
            _rw.AcquireRead();
            int value = _value;
            _rw.ReleaseRead();
            return value;
        }

        /// <summary>Its write side.</summary>
        /// <returns>A counter.</returns>
        [Benchmark]
        public int Write()
        {
            _rw.AcquireWrite();
            int value = _value++;
            _rw.ReleaseWrite();
            return value;
        }
    }

    /// <summary>An uncontended pair inside another.</summary>
    [MemoryDiagnoser]
    public class NestedPairs
    {
        private readonly object _outerMonitor = new();
        private readonly object _innerMonitor = new();
        private readonly LockdepMap _outerMap = new("outer", kind: LockdepMapKind.ReentrantLock);
        private readonly LockdepMap _innerMap = new("inner", kind: LockdepMapKind.ReentrantLock);
        private readonly KMutex _outer = new();
        private readonly KMutex _inner = new();
        private int _value;

        /// <summary>Two lock statements.</summary>
        /// <returns>A counter.</returns>
        [Benchmark(Baseline = true)]
        public int Raw()
        {
            lock (_outerMonitor)
            {
                lock (_innerMonitor)
                {
                    return _value++;
                }
            }
        }

        /// <summary>The same with the probes around them.</summary>
        /// <returns>A counter.</returns>
        [Benchmark]
        public int Tracked()
        {
            int value;
            Lockdep.Acquire(_outerMap);
            lock (_outerMonitor)
            {
                Lockdep.Acquire(_innerMap);
                lock (_innerMonitor)
                {
                    value = _value++;
                    Lockdep.Release(_innerMap);
                }

                Lockdep.Release(_outerMap);
            }

            return value;
        }

        /// <summary>Two mutexes.</summary>
        /// <returns>A counter.</returns>
        [Benchmark]
        public int Mutexes()
        {
            _outer.Acquire();
            _inner.Acquire();
            int value = _value++;
            _inner.Release();
            _outer.Release();
            return value;
        }
    }

    /// <summary>A signal and the wait that it lets through at once.</summary>
    [MemoryDiagnoser]
    public class SignalledPairs
    {
        private readonly SemaphoreSlim _semaphore = new(0);
        private readonly Completion _completion = new();

        /// <summary>The BCL's counterpart.</summary>
        [Benchmark(Baseline = true)]
        public void SemaphoreSlim()
        {
            _semaphore.Release();
            _semaphore.Wait();
        }

        /// <summary>A completion.</summary>
        [Benchmark]
        public void Completion()
        {
            _completion.Complete();
            _completion.Wait();
        }
    }
}
