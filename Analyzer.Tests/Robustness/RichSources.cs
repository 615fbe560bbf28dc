namespace CrossRelease.Analyzers.Tests.Robustness;

/// <summary>Sources that compile and hold, between them, every construct of the language that has a body.</summary>
internal static class RichSources
{
    public static IReadOnlyList<string> All { get; } =
    [
        AsyncAndIterators, Patterns, TypesOfAllKinds, Flow, Delegates, Unsafe, Program, Locks, Waits, Generics,
    ];

    private const string AsyncAndIterators = """
        using System.Runtime.CompilerServices;
        public sealed class Feed : IAsyncDisposable
        {
            private readonly SemaphoreSlim _mutex = new(1, 1);
            private readonly TaskCompletionSource<int> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            public async Task<int> ReadAsync(CancellationToken token = default)
            {
                await _mutex.WaitAsync(token).ConfigureAwait(false);
                try { return await _ready.Task; }
                catch (OperationCanceledException e) when (e.CancellationToken == token) { return -1; }
                finally { _mutex.Release(); }
            }
            public async IAsyncEnumerable<int> ReadAllAsync([EnumeratorCancellation] CancellationToken token = default)
            {
                for (int i = 0; i < 3; i++) { yield return await ReadAsync(token) + i; }
                await foreach (int item in ReadAllAsync(token).WithCancellation(token)) { if (item < 0) { yield break; } }
            }
            public IEnumerable<int> Count() { lock (_ready) { yield return 1; } foreach (int i in Count()) { yield return i; } }
            public async ValueTask DisposeAsync() { await using var other = new Feed(); await Task.WhenAll(ReadAsync(), Task.Run(() => _ready.TrySetResult(1))); }
        }
        """;

    private const string Patterns = """
        public static class Shapes
        {
            public static int Area(object shape) => shape switch
            {
                null => throw new ArgumentNullException(nameof(shape)),
                int side and > 0 => side * side,
                (int width, int height) when width != height => width * height,
                string { Length: > 3 and < 9 or 12 } text => text.Length,
                int[] and [var first, .., var last] => first + last,
                Thread { IsAlive: true, Name: { } name } => name.Length,
                Func<int> ask => ask(),
                _ when shape is IDisposable disposable => Dispose(disposable),
                _ => 0,
            };
            private static int Dispose(IDisposable disposable) { using (disposable) { return 1; } }
            public static bool Test(object? o, out int n) { n = o is int i ? i : o is not string { Length: var l } ? 0 : l; return o is int[] and [1, .. var rest] && rest is not null || n is >= 'a' and <= 'z'; }
            public static (int, string) Pair() { var (a, (b, c)) = (1, ("x", 2.0)); (a, b) = (2, b + c); return (a, b); }
        }
        """;

    private const string TypesOfAllKinds = """
        public record Point(int X, int Y) { public Point Moved(int by) => this with { X = X + by }; public virtual int Sum { get; init; } = X + Y; }
        public record struct Size(int Width) { public readonly int Area => Width * Width; }
        public sealed class Owner(object gate, Action<int>? changed = null)
        {
            private readonly Lazy<int> _value = new(() => { lock (gate) { return 1; } });
            private string _name = ""; public required string Name { get => _name; init { lock (gate) { _name = value; } } }
            public event Action<int> Changed { add { lock (gate) { changed += value; } } remove => changed -= value; }
            public int this[int index] { get => _value.Value + index; set { lock (gate) { changed?.Invoke(index = value); } } }
            static Owner() => Console.WriteLine();
            ~Owner() { lock (gate) { } }
            public static Owner operator +(Owner left, Owner right) { lock (left) { lock (right) { return left; } } }
            public static implicit operator int(Owner owner) => owner[0];
        }
        public interface IStart { void Start() { lock (this) { Stop(); } } void Stop(); static abstract IStart Make(); }
        public struct Starter : IStart { void IStart.Start() => Stop(); public void Stop() { } public static IStart Make() => new Starter(); }
        public enum Kind : byte { None, One = 1 << 0, Two = One | 2 }
        public abstract partial class Half { protected abstract void Run(); partial void Later(int n); }
        public abstract partial class Half { partial void Later(int n) { lock (this) { Run(); } } public void Go() => Later(1); }
        file static class Ext { public static void Twice(this IStart start) { start.Start(); start.Stop(); } }
        """;

    private const string Flow = """
        public class Machine
        {
            private readonly object _a = new(), _b = new();
            public int Run(string[] args)
            {
                int state = 0;
            again:
                try
                {
                    try { Monitor.Enter(_a); switch (state) { case 0: goto case 1; case 1: break; case 2 when args.Length > 1: goto again; default: goto done; } }
                    catch (IOException) when (state++ > 2) { throw; }
                    catch { state--; }
                    finally { try { Monitor.Exit(_a); } finally { lock (_b) { state++; } } }
                    do { if (state > 9) { continue; } else { break; } } while (true);
                    while (state-- > 0) { lock (_b) { if (args is []) { return 1; } } }
                    for (int i = 0, j = 9; i < j; i++, j--) { using var stream = new MemoryStream(); checked { state += i * j; } unchecked { state <<= 1; } }
                }
                finally { lock (_a) { foreach (var arg in args) { lock (_b) { if (arg.Length == 0) { throw new InvalidOperationException(); } } } } }
            done:
                return args switch { [] => 0, [_] => 1, _ => throw new ArgumentException($"{state:x} {args.Length,5}") };
            }
        }
        """;

    private const string Delegates = """
        public class Hub
        {
            private readonly List<Action> _actions = [];
            private readonly Dictionary<string, Func<int, Task>> _byName = new() { ["a"] = static async n => await Task.Delay(n), ["b"] = n => Task.CompletedTask };
            private event EventHandler<EventArgs>? Raised;
            private readonly object _gate = new();
            public void Add(Action action) { lock (_gate) { _actions.Add(action + (() => Raise())); } Raised += (_, _) => action(); Raised -= OnRaised; }
            private void OnRaised(object? sender, EventArgs e) => _actions.ForEach(a => a());
            private void Raise()
            {
                int Local(int n) => n == 0 ? 0 : Local(n - 1);
                static void Spawn(Action body) => new Thread(() => body()) { IsBackground = true }.Start();
                lock (_gate) { foreach (var action in _actions) { action.Invoke(); Spawn(action); } Raised?.Invoke(this, EventArgs.Empty); _ = Local(3); }
                Action? self = null; self = () => self!(); (self ?? Raise)();
                Func<Func<int>, int> run = f => { lock (_gate) { return f(); } };
                _ = run(() => run(() => _byName.TryGetValue("a", out var found) ? found(1).Id : 0));
                var query = from a in _actions where a is not null orderby a.GetHashCode() let b = a select new { a, b };
                foreach (var (index, item) in query.Select((x, i) => (i, x))) { ThreadPool.QueueUserWorkItem(_ => item.a(), index); }
            }
        }
        """;

    private const string Unsafe = """
        public unsafe struct Buffer
        {
            private fixed int _data[8];
            public static readonly delegate*<int, int> Square = &Compute;
            private static int Compute(int n) => n * n;
            public int Sum(Span<int> more)
            {
                int total = 0; int* local = stackalloc int[4] { 1, 2, 3, 4 };
                fixed (int* p = _data, q = more) { for (int* r = p; r < p + 8; r++) { total += *r + q[0] + local[1]; } }
                ref int first = ref more[0]; first = ref more[^1]; Span<int> part = more[1..^1];
                lock (string.Intern("x")) { total += sizeof(int) + Square(2) + part.Length; }
                return total;
            }
            public ref int At(ref int n) { scoped ref int m = ref n; return ref n; }
        }
        """;

    private const string Program = """
        using KThreadRuntime;
        var gate = new KMutex();
        var done = new Completion();
        KThread worker = KThread.Run(self => { while (!self.ShouldStop) { if (self.ShouldPark) { self.ParkMe(); } using (gate.EnterScope()) { done.Complete(); } } return 0; }, "worker");
        using (gate.EnterScope()) { done.Wait(); worker.Park(); worker.Unpark(); }
        await Task.Yield();
        Stop(worker);
        return args.Length;
        void Stop(KThread thread) { gate.Acquire(); try { thread.Stop(); } finally { gate.Release(); } }
        partial class Program { private static readonly Program _instance = new(); public static Program Instance => _instance; }
        """;

    private const string Locks = """
        using KThreadRuntime;
        public sealed class Locks
        {
            private readonly Lock _lock = new();
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly KRwSemaphore _sem = new();
            private SpinLock _spin = new(false);
            private readonly Mutex _mutex = new(false);
            public void All()
            {
                lock (_lock) { using (_sem.EnterReadScope()) { _rw.EnterUpgradeableReadLock(); try { _rw.EnterWriteLock(); } finally { _rw.ExitWriteLock(); _rw.ExitUpgradeableReadLock(); } } }
                bool taken = false;
                try { _spin.Enter(ref taken); lock (typeof(Locks)) { } } finally { if (taken) { _spin.Exit(); } }
                if (_mutex.WaitOne(10) && _lock.TryEnter()) { _lock.Exit(); _mutex.ReleaseMutex(); }
                using var scope = _lock.EnterScope();
                lock (this) { Monitor.Wait(this, 5); Monitor.PulseAll(this); }
            }
            public void Other() { using (_sem.EnterWriteScope()) { lock (_lock) { _mutex.WaitOne(); _mutex.ReleaseMutex(); } } }
        }
        """;

    private const string Waits = """
        using System.Collections.Concurrent;
        public sealed class Waits
        {
            private readonly object _gate = new();
            private readonly BlockingCollection<Action> _queue = new();
            private readonly CountdownEvent _count = new(2);
            private readonly Timer _timer;
            private Task<int> _task = Task.FromResult(1);
            public Waits() { _timer = new Timer(_ => { lock (_gate) { _count.Signal(); } }, null, 0, 1); new Thread(Loop).Start(); }
            private void Loop() { foreach (var work in _queue.GetConsumingEnumerable()) { lock (_gate) { work(); } } }
            public int Ask(Func<int> ask)
            {
                var source = new TaskCompletionSource<int>();
                _queue.Add(() => source.SetResult(ask()));
                lock (_gate)
                {
                    _count.Wait(); Task.WaitAll([_task, source.Task]); Parallel.ForEach([1, 2], n => { lock (_gate) { _task = Task.Run(() => n); } });
                    if (!_task.IsCompleted) { _ = _task.Result + _task.GetAwaiter().GetResult(); }
                    using var stopped = new ManualResetEvent(false); _timer.Dispose(stopped); WaitHandle.WaitAny([stopped, _count.WaitHandle]);
                    return source.Task.Result;
                }
            }
        }
        """;

    private const string Generics = """
        public abstract class Node<TKey, TValue> where TKey : notnull, IComparable<TKey> where TValue : class, new()
        {
            protected readonly object Gate = new();
            private readonly Dictionary<TKey, Node<TKey, TValue>> _children = [];
            public Node<TKey, TValue>? Parent { get; private set; }
            public virtual TValue Get<TArgument>(TKey key, TArgument argument, Func<TArgument, TValue>? make = default) where TArgument : struct
            {
                lock (Gate) { return _children.TryGetValue(key, out var child) ? child.Get(key, argument, make) : make?.Invoke(argument) ?? Parent?.Get(key, argument) ?? new TValue(); }
            }
            public void Move(Node<TKey, TValue> to, params ReadOnlySpan<TKey> keys) { lock (Gate) { lock (to.Gate) { foreach (ref readonly TKey key in keys) { if (_children.Remove(key, out var moved)) { to._children.Add(key, moved); moved.Parent = to; } } } } }
        }
        public sealed class Leaf : Node<string, List<int>> { public override List<int> Get<T>(string key, T argument, Func<T, List<int>>? make) { lock (Gate) { return base.Get(key, argument, make); } } }
        """;
}
