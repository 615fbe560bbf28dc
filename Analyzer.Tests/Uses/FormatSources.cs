using CrossRelease.Analyzers.CodeFixes;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>One mistake for each fix, and what <c>dotnet format</c> leaves of it.</summary>
internal static class FormatSources
{
    internal const string Usings = """
        using System;
        using System.Collections.Concurrent;
        using System.Threading;
        using System.Threading.Tasks;
        using KThreadRuntime;

        namespace Consumer;


        """;

    /// <summary>What no fix may touch comes first, in the first file.</summary>
    public static string Unfixable { get; } = Usings + """
        public sealed class AUnfixable
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            private readonly KThread _own;
            private bool _stopping;

            public AUnfixable() => _own = KThread.Run(_ => { Run(); return 0; });

            public int Id { get; set; }

            public void Close()
            {
                _own.Stop();
            }

            public void Start() => new Thread(Loop).Start();

            public void Stop()
            {
                lock (_gate)
                {
                    _done.Wait();
                    _stopping = true;
                }
            }

            public static void Swap(AUnfixable from, AUnfixable to)
            {
                lock (from._gate)
                {
                    lock (to._gate)
                    {
                        to._stopping = from._stopping;
                    }
                }
            }

            public static KMutex Open()
            {
                var key = new LockClassKey();
                return new KMutex(key);
            }

            private void Run()
            {
                Console.WriteLine();
                Close();
            }

            private void Loop()
            {
                lock (_gate)
                {
                    _stopping = !_stopping;
                }

                _done.Set();
            }
        }

        """;

    /// <summary>For each fixer a file, its source, and a line that the fix writes.</summary>
    public static IReadOnlyList<(Type Fixer, string File, string Source, string Line)> Fixable { get; } =
    [
        (typeof(MoveWaitOutOfLockFixer), "MoveWait.cs", Usings + """
            public sealed class MoveWait
            {
                private readonly object _gate = new();
                private readonly ManualResetEventSlim _done = new();
                private bool _stopping;

                public void Start() => new Thread(Loop).Start();

                public void Stop()
                {
                    lock (_gate)
                    {
                        _stopping = true;
                        _done.Wait();
                    }
                }

                private void Loop()
                {
                    lock (_gate)
                    {
                        _stopping = !_stopping;
                    }

                    _done.Set();
                }
            }

            """, "        }\n\n        _done.Wait();\n"),
        (typeof(CallOutOfLockFixer), "RaiseBehind.cs", Usings + """
            public sealed class RaiseBehind
            {
                private readonly object _gate = new();
                private int _count;

                public event EventHandler? Changed;

                public void Touch()
                {
                    lock (_gate)
                    {
                        _count++;
                        Changed?.Invoke(this, EventArgs.Empty);
                    }
                }

                public void Reset()
                {
                    lock (_gate)
                    {
                        _count = 0;
                    }
                }
            }

            """, "        changed?.Invoke(this, EventArgs.Empty);\n"),
        (typeof(CallBeforeLockFixer), "AskFirst.cs", Usings + """
            public sealed class Manager
            {
                private readonly object _space = new();
                private readonly System.Collections.Generic.List<Item> _items = new();
                private int _least;

                public bool Ask(int role)
                {
                    lock (_space)
                    {
                        return role >= _least;
                    }
                }

                public void Report()
                {
                    lock (_space)
                    {
                        _least++;
                        foreach (var item in _items)
                        {
                            item.Queue();
                        }
                    }
                }
            }

            public sealed class Item(Manager manager)
            {
                private readonly object _gate = new();
                private readonly Manager _manager = manager;
                private bool _allowed;
                private int _count;

                public void Queue()
                {
                    lock (_gate)
                    {
                        _count++;
                    }
                }

                public void Modify(int role)
                {
                    lock (_gate)
                    {
                        _allowed = Ask(role);
                        _count++;
                    }
                }

                public override string ToString() => _allowed.ToString();

                private bool Ask(int role) => _manager.Ask(role);
            }

            """, "        var allowed = Ask(role);\n"),
        .. FormatSourcesOfLocks.Fixable,
        (typeof(UpgradeableReadFixer), "ReadUpgradeably.cs", Usings + """
            public sealed class ReadUpgradeably
            {
                private readonly ReaderWriterLockSlim _rows = new();
                private int _count;

                public void Outer()
                {
                    _rows.EnterReadLock();
                    try
                    {
                        Inner();
                    }
                    finally
                    {
                        _rows.ExitReadLock();
                    }
                }

                private void Inner()
                {
                    _rows.EnterWriteLock();
                    try
                    {
                        _count++;
                    }
                    finally
                    {
                        _rows.ExitWriteLock();
                    }
                }
            }

            """, "        _rows.EnterUpgradeableReadLock();\n"),
        (typeof(OrderTwoLocksFixer), "Ordered.cs", Usings + """
            public sealed class Ordered
            {
                private static int s_last;
                private readonly object _lock = new();
                private int _moved;

                public int Id { get; } = Interlocked.Increment(ref s_last);

                public static void Move(Ordered from, Ordered to, int amount)
                {
                    lock (from._lock)
                    {
                        lock (to._lock)
                        {
                            to._moved += amount;
                            from._moved -= amount;
                        }
                    }
                }
            }

            """, "        var first = from.Id <= to.Id ? from : to;\n"),
        (typeof(CompleteOnEveryPathFixer), "CompleteAlways.cs", Usings + """
            public sealed class CompleteAlways
            {
                private readonly ManualResetEventSlim _done = new();
                private int _count;

                public void Start(Action work) => Task.Run(() => Run(work));

                public void Stop() => _done.Wait();

                private void Run(Action work)
                {
                    _count++;
                    work();
                    _done.Set();
                }
            }

            """, "        finally\n        {\n            _done.Set();\n"),
        (typeof(ReleaseInFinallyFixer), "ReleaseAlways.cs", Usings + """
            public sealed class ReleaseAlways
            {
                private readonly object _gate = new();
                private int _count;

                public void Touch(Action work)
                {
                    Monitor.Enter(_gate);
                    _count++;
                    work();
                    Monitor.Exit(_gate);
                }
            }

            """, "        finally\n        {\n            Monitor.Exit(_gate);\n"),
        (typeof(RunContinuationsAsynchronouslyFixer), "Asynchronously.cs", Usings + """
            public sealed class Asynchronously
            {
                private readonly object _gate = new();
                private readonly object _other = new();
                private readonly TaskCompletionSource _done = new();
                private int _count;

                public async Task Watch()
                {
                    await _done.Task;
                    lock (_other)
                    {
                        _count++;
                    }
                }

                public void Touch()
                {
                    lock (_gate)
                    {
                        _count--;
                    }
                }

                public void Finish()
                {
                    lock (_gate)
                    {
                        _done.SetResult();
                        _count = 0;
                    }
                }
            }

            """, "new(TaskCreationOptions.RunContinuationsAsynchronously);\n"),
        (typeof(ConfigureAwaitFixer), "Pumps.cs", Usings + """
            public sealed class Pump : SynchronizationContext
            {
                private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _turns = new();

                public Pump() => new Thread(Loop).Start();

                public override void Post(SendOrPostCallback d, object? state) => _turns.Add((d, state));

                public void Run(Action turn) => Post(_ => turn(), null);

                private void Loop()
                {
                    SetSynchronizationContext(this);
                    foreach (var (callback, state) in _turns.GetConsumingEnumerable())
                    {
                        callback(state);
                    }
                }
            }

            public sealed class LeavesTheContext
            {
                public void Start(Pump pump) => pump.Run(Turn);

                public void Turn()
                {
                    Work().Wait();
                }

                private static async Task Work()
                {
                    await Task.Delay(1);
                }
            }

            """, "        await Task.Delay(1).ConfigureAwait(false);\n"),
        (typeof(AwaitInsteadOfWaitFixer), "Awaits.cs", Usings + """
            public sealed class Awaits
            {
                public void Start(Pump pump) => pump.Run(Turn);

                public async void Turn()
                {
                    Work().Wait();
                }

                private static async Task Work()
                {
                    await Task.Yield();
                }
            }

            """, "        await Work();\n"),
        (typeof(SkipOwnWaitFixer), "SkipsItself.cs", Usings + """
            public sealed class SkipsItself
            {
                private readonly Thread _own;
                private bool _closed;

                public SkipsItself()
                {
                    _own = new Thread(Run);
                    _own.Start();
                }

                public void Close()
                {
                    _closed = !_closed;
                    _own.Join();
                }

                private void Run()
                {
                    Console.WriteLine();
                    Close();
                }
            }

            """, "        if (Thread.CurrentThread != _own)\n"),
        (typeof(WrapperHidesSiteFixer), "Forwards.cs", Usings + """
            public static class Forwards
            {
                public static Completion Create() => new Completion();
            }

            """, "[CallerLineNumber] int callerLineNumber = 0"),
        (typeof(KeyIsNoClassFixer), "KeyOfTheType.cs", Usings + """
            public sealed class KeyOfTheType
            {
                private readonly LockClassKey _key = new();

                public KeyOfTheType() => Gate = new(_key);

                public KMutex Gate { get; }
            }

            """, "    private static readonly LockClassKey _key = new();\n"),
        (typeof(CoarseClassFixer), "ClassOfEachUse.cs", Usings + """
            internal sealed class Job
            {
                public readonly Completion Done = new();
            }

            public sealed class ClassOfEachUse
            {
                private readonly object _gate = new();
                private readonly Job _load = new();
                private readonly Job _save = new();
                private int _count;

                public void Start()
                {
                    new Thread(Load).Start();
                    new Thread(Save).Start();
                }

                public void Reset()
                {
                    lock (_gate)
                    {
                        _load.Done.Wait();
                        _count = 0;
                    }
                }

                private void Load() => _load.Done.Complete();

                private void Save()
                {
                    lock (_gate)
                    {
                        _count++;
                    }

                    _save.Done.Complete();
                }
            }

            """, "CallerLineNumber"),
        (typeof(KeepTaskFixer), "KeepsTheTask.cs", Usings + """
            public sealed class KeepsTheTask
            {
                private static readonly int s_limit = LoadAsync().GetAwaiter().GetResult();
                private readonly Lazy<int> _value = new(() => LoadAsync().Result);

                public bool IsOver(int count) => count > s_limit + _value.Value;

                private static async Task<int> LoadAsync()
                {
                    await Task.Delay(1).ConfigureAwait(false);
                    return 1;
                }
            }

            """, "    public bool IsOver(int count) => count > s_limit.GetAwaiter().GetResult() + _value.Value.Result;\n"),
        (typeof(CompletionReusedFixer), "ResetsEachRound.cs", Usings + """
            public sealed class ResetsEachRound
            {
                private readonly ManualResetEventSlim _done = new();

                public void Run(Action[] works)
                {
                    foreach (var work in works)
                    {
                        Task.Run(() => _done.Set());
                        _done.Wait();
                    }
                }
            }

            """, "            _done.Reset();\n"),
    ];
}
