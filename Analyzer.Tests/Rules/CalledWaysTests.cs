using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 however the signaller comes to what it needs first; where that is another lock (the smallest edit) all of them are quiet.</summary>
public class CalledWaysTests
{
    /// <summary>Other types, members of the class, and statements that lead to its <c>Need</c>.</summary>
    public static TheoryData<string, string, string> Ways => new()
    {
        { "public interface I { void Go(); } public sealed class Im(C c) : I { public void Go() => c.Need(); }", "readonly I _i; public C() { _i = new Im(this); }", "_i.Go();" },
        { "public interface I { void Go(); } public sealed class Im(C c) : I { public void Go() => c.Need(); } public static class Wire { public static void Do() { var c = new C(); c.Set(new Im(c)); } }", "I? _i; public void Set(I i) => _i = i;", "_i!.Go();" },
        { "public class B { public virtual void Go() { } } public sealed class D(C c) : B { public override void Go() => c.Need(); }", "readonly B _i; public C() { _i = new D(this); }", "_i.Go();" },
        { "public sealed class Src { public event EventHandler? E; public void Raise() => E?.Invoke(this, EventArgs.Empty); }", "readonly Src _s = new(); public C() { _s.E += (_, _) => Need(); }", "_s.Raise();" },
        { "public sealed class Src { EventHandler? _e; public event EventHandler E { add { _e += value; } remove { _e -= value; } } public void Raise() => _e?.Invoke(this, EventArgs.Empty); }", "readonly Src _s = new(); public C() { _s.E += (_, _) => Need(); }", "_s.Raise();" },
        { "public static class Hub { public static event Action? E; public static void Raise() => E?.Invoke(); }", "public C() { Hub.E += Need; }", "Hub.Raise();" },
        { "public class Vm : INotifyPropertyChanged { public event PropertyChangedEventHandler? PropertyChanged; int _n; public int N { get => _n; set { _n = value; PropertyChanged?.Invoke(this, new(nameof(N))); } } }", "readonly Vm _s = new(); public C() { _s.PropertyChanged += (_, e) => Need(); }", "_s.N = 3;" },
        { "", "readonly Action _a; public C() { _a = Need; }", "_a();" },
        { "", "readonly Dictionary<Type, Action<object>> _a = new(); public C() { _a[typeof(int)] = _ => Need(); }", "_a[typeof(int)](3);" },
        { "", "readonly List<Action> _a = new(); public C() { _a.Add(Need); }", "foreach (var a in _a.ToArray()) a();" },
        { "public static class U { public static void Retry(Action a) { for (int i = 0; i < 3; i++) a(); } }", "", "U.Retry(() => Need());" },
        { "public static class U { public static T With<T>(Func<T> f) => f(); }", "", "U.With(() => { Need(); return 1; });" },
        { "public static class U { public static async Task<T> With<T>(Func<Task<T>> f) { await Task.Yield(); return await f(); } }", "", "U.With(async () => { await Task.Yield(); Need(); return 1; }).Wait();" },
        { "public static class U { public static void Go(this C c) => c.Need(); }", "", "this.Go();" },
        { "public interface I { void Go(); } public sealed class Im(C c) : I { public void Go() => c.Need(); } public sealed class Gen<T>(T t) where T : I { public void Run() => t.Go(); }", "readonly Gen<Im> _g; public C() { _g = new(new Im(this)); }", "_g.Run();" },
        { "public sealed class Svc { public static Svc Instance { get; } = new(); public C? Owner; public void Go() => Owner?.Need(); }", "public C() { Svc.Instance.Owner = this; }", "Svc.Instance.Go();" },
        { "", "int P { get { Need(); return 1; } }", "var x = P;" },
        { "", "int P { set { Need(); } }", "P = 3;" },
        { "", "int this[int i] { get { Need(); return 1; } }", "var x = this[3];" },
        { "public sealed class V(C c) { public static V operator +(V a, V b) { a.M(); return a; } void M() => c.Need(); }", "", "var x = new V(this) + new V(this);" },
        { "public sealed class V(C c) { public override string ToString() { c.Need(); return \"\"; } }", "", "var x = new V(this).ToString();" },
        { "public sealed class V(C c) { public override bool Equals(object? o) { c.Need(); return true; } public override int GetHashCode() => 1; }", "", "var x = new V(this).Equals(new V(this));" },
        { "", "", "new[] { 1, 2 }.Select(i => { Need(); return i; }).ToList();" },
        { "", "", "var q = new[] { 1, 2 }.Where(i => { Need(); return true; }); foreach (var x in q) { }" },
        { "", "", "new List<int> { 1 }.ForEach(_ => Need());" },
        { "", "IEnumerable<int> It() { Need(); yield return 1; }", "foreach (var x in It()) { }" },
        { "", "IEnumerable<int> It() { Need(); yield return 1; }", "It().ToList();" },
        { "", "", "void L() => Need(); L();" },
        { "", "void R(int i) { if (i == 0) Need(); else R(i - 1); }", "R(3);" },
        { "", "void R(int i) { if (i == 0) Need(); else Q(i - 1); } void Q(int i) => R(i);", "R(3);" },
        { "public sealed class G(C c) : IDisposable { public void Dispose() => c.Need(); }", "", "using (new G(this)) { }" },
        { "public sealed class G(C c) : IDisposable { public void Dispose() => c.Need(); }", "", "using var g = new G(this);" },
        { "public sealed class G(C c) : IDisposable { public void Dispose() => c.Need(); }", "IDisposable Open() => new G(this);", "using (Open()) { }" },
        { "public sealed class G { public G(C c) { c.Need(); } }", "", "new G(this);" },
        { "public class G0 { public G0(C c) { c.Need(); } } public sealed class G : G0 { public G(C c) : base(c) { } }", "", "new G(this);" },
        { "public static class G { public static C? O; } public static class H1 { static H1() { G.O!.Need(); } public static int X; }", "public C() { G.O = this; }", "var x = H1.X;" },
        { "", "readonly Lazy<int> _l; public C() { _l = new(() => { Need(); return 1; }); }", "var x = _l.Value;" },
        { "readonly struct Z { }", "readonly ConcurrentDictionary<int, int> _d = new();", "_d.GetOrAdd(1, _ => { Need(); return 1; });" },
        { "public interface I { C O { get; } void Go() => O.Need(); } public sealed class Im(C c) : I { public C O => c; }", "readonly I _i; public C() { _i = new Im(this); }", "_i.Go();" },
        { "public class B1 { protected C? O; public virtual void Go() => O!.Need(); } public sealed class D1 : B1 { public D1(C c) { O = c; } public override void Go() => base.Go(); }", "readonly B1 _i; public C() { _i = new D1(this); }", "_i.Go();" },
        { "public sealed class Obs(C c) : IObserver<int> { public void OnNext(int i) => c.Need(); public void OnError(Exception e) { } public void OnCompleted() { } } public sealed class Subj : IObservable<int> { readonly List<IObserver<int>> _o = new(); public IDisposable Subscribe(IObserver<int> o) { _o.Add(o); return null!; } public void Push() { foreach (var o in _o) o.OnNext(1); } }", "readonly Subj _s = new(); public C() { _s.Subscribe(new Obs(this)); }", "_s.Push();" },
        { "public interface IH<T> { void Handle(T t); } public sealed class Hx(C c) : IH<int> { public void Handle(int i) => c.Need(); } public sealed class Med { readonly Dictionary<Type, object> _h = new(); public void Reg<T>(IH<T> h) => _h[typeof(T)] = h; public void Send<T>(T t) => ((IH<T>)_h[typeof(T)]).Handle(t); }", "readonly Med _m = new(); public C() { _m.Reg(new Hx(this)); }", "_m.Send(3);" },
        { "public interface IL { void On(); } public sealed class Pub { readonly List<IL> _l = new(); public void Add(IL l) => _l.Add(l); public void Fire() { foreach (var l in _l) l.On(); } } public sealed class Li(C c) : IL { public void On() => c.Need(); }", "readonly Pub _p = new(); public C() { _p.Add(new Li(this)); }", "_p.Fire();" },
        { "public interface IL { void On(); } public sealed class Pub { IL? _l; public void Set(IL l) => _l = l; public void Fire() => _l?.On(); } public sealed class In(C c) : IL { void IL.On() => c.Need(); }", "readonly Pub _p = new(); public C() { _p.Set(new In(this)); }", "_p.Fire();" },
        { "", "async Task A1() { await A2(); } async Task A2() { await Task.Delay(1).ConfigureAwait(false); await A3(); } async Task A3() { Need(); await Task.Yield(); }", "A1().Wait();" },
        { "", "ValueTask A1() => A2(); async ValueTask A2() { await Task.Delay(1).ConfigureAwait(false); Need(); }", "A1().AsTask().Wait();" },
        { "public sealed class G(C c) : IAsyncDisposable { public async ValueTask DisposeAsync() { await Task.Yield(); c.Need(); } }", "async Task Go() { await using var g = new G(this); await Task.Yield(); }", "Go().Wait();" },
        { "", "async IAsyncEnumerable<int> It() { await Task.Yield(); Need(); yield return 1; } async Task Go() { await foreach (var x in It()) { } }", "Go().Wait();" },
        { "", "readonly object _self; public C() { _self = this; }", "((C)_self).Need();" },
        { "", "readonly object _self; public C() { _self = this; }", "(_self as C)?.Need();" },
        { "", "readonly object _self; public C() { _self = this; }", "if (_self is C c) c.Need();" },
        { "", "readonly Delegate _d; public C() { _d = new Action(Need); }", "_d.DynamicInvoke();" },
        { "", "(C A, int B) T() => (this, 1);", "T().A.Need();" },
        { "", "C? Self => this;", "Self?.Need();" },
        { "", "C? Self => this;", "(Self ?? this).Need();" },
        { "", "Action Get() => Need;", "Get()();" },
        { "", "Func<int, Action> Get() => i => () => Need();", "Get()(3)();" },
        { "", "Action? _a; public C() { _a += Need; _a += () => { }; }", "_a!();" },
        { "public interface I { void Go(); } public sealed class Im(C c) : I { public void Go() => c.Need(); } public static class Fac { public static I Make(C c) => c.GetHashCode() > 0 ? new Im(c) : throw new Exception(); }", "", "Fac.Make(this).Go();" },
        { "public sealed class Bu { Action? _a; public Bu With(Action a) { _a = a; return this; } public Bu Other() => this; public void Build() => _a?.Invoke(); }", "", "new Bu().With(Need).Other().Build();" },
        { "public delegate Task Next(); public sealed class Pl { readonly List<Func<Next, Next>> _m = new(); public void Use(Func<Next, Next> m) => _m.Add(m); public Next Build() { Next n = () => Task.CompletedTask; foreach (var m in _m) n = m(n); return n; } }", "readonly Pl _p = new(); public C() { _p.Use(n => async () => { Need(); await n(); }); }", "_p.Build()().Wait();" },
        { "public interface ICmd { void Execute(); } public sealed class Relay(Action a) : ICmd { public void Execute() => a(); }", "ICmd Cmd { get; } public C() { Cmd = new Relay(Need); }", "Cmd.Execute();" },
        { "", "readonly WeakReference<C> _w; public C() { _w = new(this); }", "if (_w.TryGetTarget(out var c)) c.Need();" },
        { "", "[ThreadStatic] static C? t_c;", "t_c = this; t_c.Need();" },
        { "", "int M(int i) => i switch { 1 => X1(), _ => 0 }; int X1() { Need(); return 1; }", "M(1);" },
        { "", "C? _c;", "(_c ??= this).Need();" },
        { "", "", "Span<int> s = stackalloc int[3]; foreach (var x in s) Need();" },
        { "", "", "try { } catch (Exception) { throw; } finally { Need(); }" },
        { "", "bool F() { Need(); return true; }", "try { throw new Exception(); } catch (Exception) when (F()) { }" },
        { "", "", "int i = 0; again: i++; if (i < 3) goto again; Need();" },
        { "", "bool F(int i) { Need(); return true; }", "var q = (from i in new[] { 1 } where F(i) select i).ToArray();" },
        { "", "int F(int i) { Need(); return i; }", "var q = new[] { 1 }.GroupBy(F).ToDictionary(g => g.Key);" },
        { "", "int F(int a, int i) { Need(); return i; }", "var q = new[] { 1 }.Aggregate(0, F);" },
        { "public sealed class V(C c) { public static implicit operator int(V v) { v.M(); return 1; } void M() => c.Need(); }", "", "int x = new V(this);" },
        { "public sealed class V(C c) { public void Deconstruct(out int a, out int b) { c.Need(); a = b = 1; } }", "", "var (a, b) = new V(this);" },
        { "public sealed class V(C c) : IEnumerable { public void Add(int i) => c.Need(); public IEnumerator GetEnumerator() => null!; }", "", "var v = new V(this) { 1, 2 };" },
        { "public abstract class Base2 { public void Template() { Before(); } protected virtual void Before() { } } public sealed class Der2(C c) : Base2 { protected override void Before() => c.Need(); }", "readonly Base2 _b; public C() { _b = new Der2(this); }", "_b.Template();" },
        { "public sealed class V(C c) { public override string ToString() { c.Need(); return \"\"; } }", "private readonly V _v; public C() { _v = new V(this); }", "string text = $\"{_v}\";" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public Task NeedsTheWaitersLock_Reports(string types, string members, string way) => Verify.VerifyAnalyzerAsync(Source(types, members, way, "_lock", "[|t.Wait()|]"));

    [Theory]
    [MemberData(nameof(Ways))]
    public Task NeedsAnotherLock_IsQuiet(string types, string members, string way) => Verify.VerifyAnalyzerAsync(Source(types, members, way, "_other", "t.Wait()"));

    private static string Source(string types, string members, string way, string needed, string wait) => $$"""
        using System.Collections;
        using System.Collections.Concurrent;
        using System.ComponentModel;
        using System.Threading.Channels;
        {{types}}
        public sealed class C
        {
            private readonly object _lock = new(); private readonly object _other = new();
            public void Need() { lock ({{needed}}) { } }
            {{members}}
            private void Way() { {{way}} }
            public void Flush() { lock (_lock) { var t = Task.Run(Way); {{wait}}; } }
        }
        """;
}
