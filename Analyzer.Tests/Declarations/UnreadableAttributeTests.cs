using CrossRelease.Analyzers.Tests.Robustness;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.UnreadableAttributeAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>Names that mean nothing, and attributes that contradict each other.</summary>
public class UnreadableAttributeTests
{
    [Fact]
    public Task UnknownName_IsTold() => Verify.VerifyAnalyzerAsync(
        "using KThreadRuntime; public class C { [{|#0:RequiresLock(\"_gates\")|}] public void M() { } }",
        Verify.Diagnostic().WithLocation(0).WithMessage(
            "[RequiresLock] on 'C.M' does not count as it is: '_gates' is no parameter of it, no member of 'C', and no type. Mend or remove it."));

    [Theory]
    [InlineData("[RequiresLock(\"_gate\")] public void M() { }")]
    [InlineData("[RequiresLock(\"this._gate\")] public void M() { }")]
    [InlineData("[RequiresLock(\"_next._gate\")] public void M() { }")]
    [InlineData("[RequiresLock(\"_next._next._gate\")] public void M() { }")]
    [InlineData("[RequiresLock(\"_shared\")] public static void M() { }")]
    [InlineData("[RequiresLock(\"C._shared\")] public static void M() { }")]
    [InlineData("[RequiresLock(\"N.Other.Gate\")] public static void M() { }")]
    [InlineData("[RequiresLock(\"other._gate\")] public static void M(C other) { }")]
    [InlineData("[RequiresLock(\"gate\")] public static void M(object gate) { }")]
    [InlineData("[RequiresLock(\"captured\")] public void M() { }")]
    [InlineData("[RequiresLock(nameof(_gate)), RequiresLock(nameof(_shared))] public void M() { }")]
    [InlineData("[RequiresLock(nameof(_gate)), ExcludesLock(nameof(_shared))] public void M() { }")]
    [InlineData("[RequiresLock(nameof(_gate))] public int M => 0;")]
    [InlineData("[Waits] public void M() { }")]
    [InlineData("[Waits, Signals] public void M() { }")]
    [InlineData("[Waits(nameof(_done))] public void M() { }")]
    [InlineData("[NonBlocking, Signals] public void M() { }")]
    [InlineData("[SingleThreaded, NonBlocking] public void M() { }")]
    [InlineData("[AcquiredBefore(nameof(_gate))] private readonly object _first = new();")]
    [InlineData("[AcquiredBefore(nameof(_gate))] private object First { get; } = new();")]
    [InlineData("[AcquiredBefore(\"Nested._own\")] private readonly object _first = new(); private class Nested { private readonly object _own = new(); }")]
    [InlineData("[AcquiredBefore(nameof(_second))] private readonly object _first = new(); [AcquiredBefore(nameof(_gate))] private readonly object _second = new();")]
    public Task RightAttribute_IsQuiet(string member) => RunAsync(member);

    [Theory]
    [InlineData("RequiresLock", "0")]
    [InlineData("RequiresLock", "_gate")]
    [InlineData("Waits", "Missing")]
    public async Task NameThatIsNoConstant_IsTheCompilersToTell(string attribute, string name)
    {
        var found = await AllAnalyzers.RunAsync($"using KThreadRuntime; public class C {{ private readonly object _gate = new(); [{attribute}({name})] public void M() {{ }} public void Call() => M(); }}");

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("[[|RequiresLock|]] public void M() { }")]
    [InlineData("[[|KThreadRuntime.RequiresLock(\"_gates\")|]] public void M() { }")]
    [InlineData("public Action M() => [[|RequiresLock(\"_gates\")|]] () => { };")]
    [InlineData("[[|RequiresLock(\"\")|]] public void M() { }")]
    [InlineData("[[|RequiresLock(\"_gate.\")|]] public void M() { }")]
    [InlineData("[[|RequiresLock(\"_gate._gate\")|]] public void M() { }")]
    [InlineData("[[|RequiresLock(null!)|]] public void M() { }")]
    [InlineData("[[|RequiresLock(\"_gate\")|]] public static void M() { }")]
    [InlineData("[[|RequiresLock(\"this._gate\")|]] public static void M() { }")]
    [InlineData("[[|RequiresLock(\"N.Other._own\")|]] public void M() { }")]
    [InlineData("[[|RequiresLock(\"N.Other.Missing\")|]] public void M() { }")]
    [InlineData("[[|RequiresLock(nameof(_count))|]] public void M() { }")]
    [InlineData("[[|RequiresLock(nameof(Method))|]] public void M() { }")]
    [InlineData("[[|RequiresLock(nameof(Limit))|]] public void M() { }")]
    [InlineData("[[|RequiresLock(\"_count\")|]] public int M => 0;")]
    [InlineData("[[|Waits|]] public static void M() { }")]
    [InlineData("[[|Signals(nameof(_count))|]] public void M() { }")]
    [InlineData("[RequiresLock(nameof(_gate)), [|ExcludesLock(nameof(_gate))|]] public void M() { }")]
    [InlineData("[ExcludesLock(nameof(_gate)), [|RequiresLock(\"this._gate\")|]] public void M() { }")]
    [InlineData("[NonBlocking, [|Waits|]] public void M() { }")]
    [InlineData("[Waits(nameof(_done)), [|NonBlocking|]] public void M() { }")]
    [InlineData("[SingleThreaded, [|RequiresLock(nameof(_gate))|]] public void M() { }")]
    [InlineData("[RequiresLock(nameof(_gate)), [|SingleThreaded|]] public void M() { }")]
    [InlineData("[SingleThreaded] public class View { private readonly object _own = new(); [[|RequiresLock(nameof(_own))|]] public void M() { } }")]
    [InlineData("[[|AcquiredBefore(\"this\")|]] private readonly object _first = new();")]
    [InlineData("[[|AcquiredBefore|]] private readonly object _first = new();")]
    [InlineData("[[|AcquiredBefore(nameof(_first))|]] private readonly object _first = new();")]
    [InlineData("[[|AcquiredBefore(nameof(_count))|]] private readonly object _first = new();")]
    [InlineData("[AcquiredBefore(nameof(_second))] private readonly object _first = new(); [[|AcquiredBefore(nameof(_first))|]] private readonly object _second = new();")]
    [InlineData("[AcquiredBefore(nameof(_b))] private readonly object _a = new(); [AcquiredBefore(nameof(_c))] private readonly object _b = new(); [[|AcquiredBefore(nameof(_a))|]] private readonly object _c = new();")]
    public Task WrongAttribute_Reports(string member) => RunAsync(member);

    [Fact]
    public Task RingOfOrders_IsToldWithItsLocks() => Verify.VerifyAnalyzerAsync(
        """
        using KThreadRuntime;
        public class C
        {
            [AcquiredBefore(nameof(_b))] private readonly object _a = new();
            [{|#0:AcquiredBefore(nameof(_a))|}] private readonly object _b = new();
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithMessage(
            "[AcquiredBefore] on 'C._b' does not count as it is: the declared orders form a ring, '_b', '_a', '_b'. Mend or remove it."));

    [Theory]
    [InlineData("[NonBlocking]", "[[|Waits|]]")]
    [InlineData("[Waits]", "[[|NonBlocking|]]")]
    [InlineData("[RequiresLock(nameof(Gate))]", "[[|ExcludesLock(nameof(Gate))|]]")]
    [InlineData("[RequiresLock(nameof(Gate))]", "[RequiresLock(nameof(Gate))]")]
    [InlineData("[NonBlocking]", "[Signals]")]
    public Task Override_KeepsWhatItsBaseSays(string ofBase, string ofOverride) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public abstract class Base { protected readonly object Gate = new(); {{ofBase}} public abstract void M(); }
        public class C : Base { {{ofOverride}} public override void M() { } }
        """);

    [Theory]
    [InlineData("[RequiresLock(nameof(Gate))]", "[[|ExcludesLock(nameof(Gate))|]]")]
    [InlineData("[ExcludesLock(nameof(Gate))]", "[[|RequiresLock(nameof(Gate))|]]")]
    [InlineData("[RequiresLock(nameof(Gate))]", "[RequiresLock(nameof(Gate))]")]
    [InlineData("[RequiresLock(nameof(Gate))]", "[ExcludesLock(nameof(_own))]")]
    [InlineData("[Waits]", "[[|NonBlocking|]]")]
    [InlineData("[Waits]", "[Signals]")]
    public async Task Implementation_KeepsWhatItsInterfaceSays(string ofInterface, string ofClass)
    {
        const string Gate = "private readonly object _own = new(); public object Gate { get; } = new();";
        await Verify.VerifyAnalyzerAsync($$"""
            using KThreadRuntime;
            public interface IStore { object Gate { get; } {{ofInterface}} void M(); }
            public class C : IStore { {{Gate}} {{ofClass}} public void M() { } }
            """);
        await Verify.VerifyAnalyzerAsync($$"""
            using KThreadRuntime;
            public interface IStore<T> { object Gate { get; } {{ofInterface}} T Count { get; } }
            public class C : IStore<int> { {{Gate}} {{ofClass}} public int Count => 0; }
            """);
        await Verify.VerifyAnalyzerAsync($$"""
            using KThreadRuntime;
            public abstract class Store<T> { public abstract object Gate { get; } {{ofInterface}} public abstract T Count { get; } }
            public class C : Store<int> { private readonly object _own = new(); public override object Gate { get; } = new(); {{ofClass}} public override int Count => 0; }
            """);
    }

    [Fact]
    public Task ExplicitImplementation_KeepsWhatItsInterfaceSays() => Verify.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public interface ILatch { [Waits] void Await(); [Waits] int Count { get; } void Poll(); }
        public class C : ILatch
        {
            [[|NonBlocking|]] void ILatch.Await() { }
            [[|NonBlocking|]] int ILatch.Count => 0;
            [NonBlocking] void ILatch.Poll() { }
        }
        """);

    [Fact]
    public Task ContradictedAttribute_DoesNotCount() => CSharpAnalyzerVerifier<BrokenDeclarationAnalyzer>.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            public void One() { lock (_gate) { M(); } }
            public void Two() => [|M()|];
            [RequiresLock(nameof(_gate)), ExcludesLock(nameof(_gate))] private void M() { }
        }
        """);

    [Fact]
    public Task AttributesOfAnotherNamespace_AreNoneOfOurs() => Verify.VerifyAnalyzerAsync("""
        namespace Mine
        {
            public sealed class RequiresLockAttribute(string name) : System.Attribute { public string Name { get; } = name; }
            public class C { [RequiresLock("nothing")] public void M() { } }
        }
        """);

    private static Task RunAsync(string member) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        namespace N { public class Other { public static readonly object Gate = new(); private readonly object _own = new(); } }
        public class C(object captured)
        {
            private const string Limit = "";
            private static readonly object _shared = new();
            private readonly object _gate = new();
            private readonly C _next = null!;
            private readonly ManualResetEventSlim _done = new();
            private int _count;
            public object Captured() => captured;
            private void Method() => _count++;
            {{member}}
        }
        """);
}
