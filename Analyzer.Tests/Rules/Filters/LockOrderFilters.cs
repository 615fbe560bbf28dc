using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Models.Primitives;

namespace CrossRelease.Analyzers.Tests.Rules.Filters;

/// <summary>What keeps a ring of locks back (XR1002): each with a program in which it does, and the program one edit away in which nothing does.</summary>
internal static class LockOrderFilters
{
    private const string Box = "public sealed class Box { public readonly object Gate = new(); public int Id; }";

    private const string Items = """
        public sealed class Items(C owner) : IEnumerable<int>
        {
            public IEnumerator<int> GetEnumerator() { owner.Grab(); return new Enumerator(owner); }
            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() { owner.Grab(); return new Enumerator(owner); }
        }
        public sealed class Enumerator(C owner) : IEnumerator<int>
        {
            public int Current => 0;
            object System.Collections.IEnumerator.Current => 0;
            public bool MoveNext() { owner.Grab(); return false; }
            public void Reset() { }
            public void Dispose() { owner.Grab(); }
        }
        """;

    public static ImmutableArray<Primitive> All { get; } =
    [
        Ordered("gate lock", "lock (_other) { lock (_gate) { } }", "lock (_outer) { lock (_other) { lock (_gate) { } } }"),
        Ordered("gate lock, around a private method", "Inner();", "lock (_outer) { Inner(); }"),
        Ordered("re-entrant lock", "lock (_other) { lock (_gate) { } }", "lock (_gate) { lock (_other) { lock (_gate) { } } }"),
        Ordered("try", "lock (_other) { lock (_gate) { } }", "lock (_other) { if (Monitor.TryEnter(_gate)) { Monitor.Exit(_gate); } }"),
        Ordered("limited acquire", "lock (_other) { lock (_gate) { } }", "lock (_other) { if (Monitor.TryEnter(_gate, 100)) { Monitor.Exit(_gate); } }"),
        Ordered("acquire without limit that came back without the lock", "if (!_mutex.WaitOne(100)) { lock (_other) { lock (_gate) { } } }", "if (!_mutex.WaitOne()) { lock (_other) { lock (_gate) { } } }"),
        Ordered("constant", "if (On) { lock (_other) { lock (_gate) { } } }", "if (Off) { lock (_other) { lock (_gate) { } } }"),
        Ordered("lock that the caller does not give", "lock (_other) { Take(new object()); }", "lock (_other) { Take(null); }"),
        Ordered("constant, early return", "if (Off) { return; } lock (_other) { lock (_gate) { } }", "if (On) { return; } lock (_other) { lock (_gate) { } }"),
        Ordered("read-only flag", "if (_on) { lock (_other) { lock (_gate) { } } }", "if (_off) { lock (_other) { lock (_gate) { } } }"),
        Ordered("holder asked by IsEntered", "lock (_other) { if (!Monitor.IsEntered(_gate)) { lock (_gate) { } } }", "lock (_other) { if (Monitor.IsEntered(_gate)) { lock (_gate) { } } }"),
        Ordered("holder asked by a property", "lock (_other) { if (!IsHeld) { lock (_gate) { } } }", "lock (_other) { if (IsHeld) { lock (_gate) { } } }"),
        Ordered("one-shot flag, exchanged", "if (Interlocked.Exchange(ref _twice, 1) == 0) { lock (_other) { lock (_gate) { } } }", "if (Interlocked.Exchange(ref _once, 1) == 0) { lock (_other) { lock (_gate) { } } }"),
        Ordered("one-shot flag, compared", "if (Interlocked.CompareExchange(ref _twice, 1, 0) != 0) { return; } lock (_other) { lock (_gate) { } }", "if (Interlocked.CompareExchange(ref _once, 1, 0) != 0) { return; } lock (_other) { lock (_gate) { } }"),
        Ordered("double-checked flag", "if (!_begun) { lock (_flags) { if (_begun) { return; } _begun = true; } lock (_other) { lock (_gate) { } } }", "if (!_ended) { lock (_flags) { if (_ended) { return; } _ended = true; } lock (_other) { lock (_gate) { } } }"),
        Ordered("flag of a method that tells in one expression who was first", "if (Again()) { lock (_other) { lock (_gate) { } } }", "if (Once()) { lock (_other) { lock (_gate) { } } }"),
        Ordered("flag of a method that tells in one expression who was not first", "if (!Again()) { return; } lock (_other) { lock (_gate) { } }", "if (Late()) { return; } lock (_other) { lock (_gate) { } }"),
        Ordered("flag of a method that tells who was first", "if (Begin()) { lock (_other) { lock (_gate) { } } }", "if (End()) { lock (_other) { lock (_gate) { } } }"),
        new(
            "same instance",
            "XR1002",
            "public void One(Box a, Box b) { lock (a.Gate) { lock ([|b.Gate|]) { } } }",
            "lock ([|b.Gate|])",
            "lock (a.Gate)")
        {
            Types = Box,
        },
        new(
            "other instance",
            "XR1002",
            "private readonly Box _left = new(); private readonly Box _right = new(); public void One() { lock (_left.Gate) { lock ([|_gate|]) { } } } public void Two() { lock (_gate) { lock (_left.Gate) { } } }",
            "lock (_gate) { lock (_left.Gate)",
            "lock (_gate) { lock (_right.Gate)")
        {
            Types = Box,
        },
        new(
            "flag that is passed on where it is set",
            "XR1002",
            "public void One() { lock (_gate) { lock ([|_other|]) { } } } public void Two(bool now) { if (now) { lock (_other) { Take(!now); } } } private void Take(bool later) { if (!later) { lock (_gate) { } } }",
            "Take(!now);",
            "Take(now);"),
        new(
            "nothing passed",
            "XR1002",
            "public void One() { lock (_gate) { lock ([|_other|]) { } } } public void Two() { lock (_other) { Take(this); } } private static void Take(C c) { lock (c._gate) { } }",
            "Take(this);",
            "Take(null!);"),
        new(
            "object made without a partner",
            "XR1002",
            "public void Grab() { lock ([|_gate|]) { } } public void One() { lock (_gate) { lock (_other) { } } } public void Two() { lock (_other) { new Link(this).Send(); } }",
            "new Link(this)",
            "new Link(null)")
        {
            Types = "public sealed class Link { private readonly C? _owner; public Link(C? owner) { _owner = owner; } public void Send() => _owner?.Grab(); }",
        },
        new(
            "parts and what does not lead back to the whole",
            "XR1002",
            """
            public sealed class Node
            {
                private readonly object _sync = new(); private readonly List<Node> _children = []; private readonly Node? _parent; private readonly Node? _next;
                public Node(Node? parent, Node? next) { _parent = parent; _next = next; }
                public void Add(Node child) { lock (_sync) { _children.Add(child); } }
                public void Close() { lock (_sync) { foreach (Node child in _children) { child.Close(); } } }
                public void Leave() { lock (_sync) { _parent?.Remove(this); } }
                public void Remove(Node child) { lock ([|_sync|]) { _children.Remove(child); } }
            }
            private readonly Node _root = new(null, null);
            public void Make() { var made = new Node(_root, null); _root.Add(made); made.Leave(); _root.Close(); }
            """,
            "_parent?.Remove(this);",
            "_next?.Remove(this);"),
        new(
            "elements of a new collection",
            "XR1002",
            "private readonly List<Box> _boxes = [new()]; public void One() { lock (_gate) { foreach (Box box in new List<Box>(_boxes)) { lock ([|box.Gate|]) { } } } } public void Two() { lock (_boxes[0].Gate) { lock (_gate) { } } }",
            "lock (_boxes[0].Gate) { lock (_gate) { } }",
            "lock (_boxes[0].Gate) { } lock (_gate) { }")
        {
            Types = Box,
        },
        new(
            "type that an object is tested against",
            "XR1002",
            """
            private readonly object[] _known = [typeof(object)]; private readonly Items _items = new(new C());
            public void Grab() { lock ([|_gate|]) { } }
            public void One() { lock (_gate) { lock (_other) { } } }
            public void Two() { lock (_other) { foreach (object item in (System.Collections.IEnumerable)_known[0]) { Console.WriteLine(item); } } }
            public void Three() { _known.SetValue(_items, 0); }
            """,
            "_known.SetValue(_items, 0);",
            "typeof(object).IsInstanceOfType(_items);")
        {
            Types = Items,
        },
        new(
            "enumeration of an array",
            "XR1002",
            "private IEnumerable<int> _items = new Items(new C()); public void One() { lock (_gate) { lock ([|_other|]) { } } } public void Two() { lock (_other) { foreach (int item in _items) { Console.WriteLine(item); } } } public void Grab() { lock (_gate) { } }",
            "private IEnumerable<int> _items = new Items(new C());",
            "private int[] _items = [];")
        {
            Types = Items,
        },
        new(
            "constructor",
            "XR1002",
            "public void Init() { lock (_gate) { lock ([|_other|]) { } } } public void Two() { lock (_other) { lock (_gate) { } } }",
            "public void Init() { lock (_gate) { lock ([|_other|]) { } } }",
            "public C() { lock (_gate) { lock (_other) { } } }"),
        new(
            "object that is not published yet",
            "XR1002",
            "private readonly Box _box = new(); public void One() { Box box = _box; lock (box.Gate) { lock ([|_gate|]) { } } } public void Two() { lock (_gate) { lock (_box.Gate) { } } }",
            "Box box = _box;",
            "Box box = new();")
        {
            Types = Box,
        },
        Phase("worker that is started later", "worker.Start(); Locks(); worker.Join();", "Locks(); worker.Start(); worker.Join();"),
        Phase("worker that was joined before", "worker.Start(); Locks(); worker.Join();", "worker.Start(); worker.Join(); Locks();"),
        Phase("worker that is never started", "worker.Start(); Locks();", "Locks();"),
        new(
            "task that is started later",
            "XR1002",
            "public static void Main() { Task worker = Task.Run(Work); Locks(); worker.Wait(); } " + Static,
            "Task worker = Task.Run(Work); Locks();",
            "Locks(); Task worker = Task.Run(Work);"),
        new(
            "task that was waited for before",
            "XR1002",
            "public static void Main() { Task worker = Task.Run(Work); Locks(); worker.Wait(); } " + Static,
            "Locks(); worker.Wait();",
            "worker.Wait(); Locks();"),
        new(
            "readers",
            "XR1002",
            """
            private readonly ReaderWriterLockSlim _rw = new();
            public void One() { _rw.EnterReadLock(); lock ([|_gate|]) { } _rw.ExitReadLock(); }
            public void Two() { lock (_gate) { _rw.EnterReadLock(); _rw.ExitReadLock(); } }
            public void Three() { _rw.EnterWriteLock(); _rw.ExitWriteLock(); }
            """,
            "_rw.EnterWriteLock(); _rw.ExitWriteLock();",
            "_rw.EnterReadLock(); _rw.ExitReadLock();"),
        Moved("order by a sorting helper", "(Box a, Box b) = (from, to);", "(Box a, Box b) = Sorted(from, to);"),
        Moved("order by a helper that turns the two round", "(Box a, Box b) = (from, to);", "Box a = from; Box b = to; Sort(ref a, ref b);"),
        Moved("order by a swap", "Box a = from; Box b = to;", "Box a = from; Box b = to; if (from.Id > to.Id) { (a, b) = (b, a); }"),
        Moved("order by a conditional expression", "Box a = from; Box b = to;", "Box a = from.Id < to.Id ? from : to; Box b = from.Id < to.Id ? to : from;"),
        new(
            "order by a key",
            "XR1002",
            "public void Move(Box from, Box to) { if (from.Id < to.Id) { lock (from) { lock ([|to|]) { } } } else { lock (from) { lock (to) { } } } }",
            "else { lock (from) { lock (to) { } } }",
            "else { lock (to) { lock (from) { } } }")
        {
            Types = Box,
        },
    ];

    private const string Static = """
        private static readonly object _a = new();
        private static readonly object _b = new();
        private static void Locks() { lock (_a) { lock ([|_b|]) { } } }
        private static void Work() { lock (_b) { lock (_a) { } } }
        """;

    private static Primitive Ordered(string name, string fault, string repair) => new(
        name,
        "XR1002",
        $$"""
        private const bool On = true; private const bool Off = false;
        private static readonly bool _on = true; private static readonly bool _off = false;
        private readonly object _outer = new(); private readonly object _flags = new();
        private int _once; private int _twice; private bool _begun; private bool _ended; private readonly Mutex _mutex = new();
        private bool IsHeld => Monitor.IsEntered(_gate);
        public void One()
        {
            if (Interlocked.Exchange(ref _once, 1) != 0) { return; }
            lock (_flags) { if (_ended) { return; } _ended = true; }
            lock (_outer) { lock (_gate) { lock ([|_other|]) { } } }
        }
        public void Two() { {{fault}} }
        private void Inner() { lock (_other) { lock (_gate) { } } }
        private void Take(object? given) { if (given != null) { lock (given) { lock (_gate) { } } } }
        private bool Once() => Interlocked.Exchange(ref _once, 1) == 0;
        private bool Late() => Interlocked.Exchange(ref _once, 1) != 0;
        private bool Again() => Interlocked.Exchange(ref _twice, 1) == 0;
        private bool Begin() { lock (_flags) { if (_begun) { return false; } _begun = true; return true; } }
        private bool End() { lock (_flags) { if (_ended) { return false; } _ended = true; return true; } }
        """,
        "public void Two() { " + fault + " }",
        "public void Two() { " + repair + " }");

    private static Primitive Phase(string name, string fault, string repair) => new(
        name, "XR1002", "public static void Main() { Thread worker = new(Work); " + fault + " } " + Static, fault, repair);

    private static Primitive Moved(string name, string fault, string repair) => new(
        name,
        "XR1002",
        $$"""
        public void Move(Box from, Box to) { {{fault}} lock (a) { lock ([|b|]) { } } }
        private static (Box, Box) Sorted(Box x, Box y) => x.Id < y.Id ? (x, y) : (y, x);
        private static void Sort(ref Box x, ref Box y) { if (x.Id > y.Id) { (x, y) = (y, x); } }
        """,
        fault,
        repair)
    {
        Types = Box,
    };
}
