using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.WrapperHidesSiteAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class WrapperHidesSiteTests
{
    [Fact]
    public Task FactoryReturnsNewObject_Reports()
        => Verify.VerifyAnalyzerAsync(
            """
            using KThreadRuntime;
            static class Signals
            {
                public static Completion {|#0:Create|}() => {|#1:new Completion()|};
            }
            """,
            Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
                "'Signals.Create()' hands out a new 'Completion' without its caller's site, so all of its callers share one lock class. "
                + "Pass the caller's file, line and member on, or a LockClassKey."));

    [Fact]
    public Task FactoryForwardsSite_IsQuiet() => QuietAsync("""
        public static Completion Create([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
            => new Completion(file: file, line: line, member: member);
        """);

    [Fact]
    public Task FactoryTakesSiteAndForgetsIt_Reports() => ReportsAsync("""
        public static Completion [|Create|]([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => new Completion();
        """);

    [Theory]
    [InlineData("new(policy: ClassPolicy.Instance)", false)]
    [InlineData("new(policy: ClassPolicy.WaitSite)", false)]
    [InlineData("new(policy: ClassPolicy.CreationSite)", true)]
    [InlineData("new(policy: null)", true)]
    public Task PolicyOfItsOwn_Decides(string creation, bool reports) => Verify.VerifyAnalyzerAsync(
        $"using KThreadRuntime; public class Jobs {{ public static Completion {(reports ? "[|Create|]" : "Create")}() => {creation}; }}");

    [Fact]
    public Task FactoryPassesKeyOn_IsQuiet() => QuietAsync("""
        public static Completion Create(LockClassKey key) => new Completion(key);
        """);

    [Fact]
    public Task FactoryTakesKeyAndForgetsIt_Reports() => ReportsAsync("""
        public static Completion [|Create|](LockClassKey key) => new Completion(null);
        """);

    [Fact]
    public Task FactoryWithItsOwnKey_IsQuiet() => QuietAsync("""
        private static readonly LockClassKey _key = new();
        public static Completion Create() => new Completion(_key);
        """);

    [Fact]
    public Task NewObjectInLocal_Reports() => ReportsAsync("""
        public static KMutex [|Create|](bool log)
        {
            KMutex made;
            made = new();
            if (log)
            {
                Console.WriteLine(made);
            }
            return made;
        }
        """);

    [Fact]
    public Task ObjectOfCaller_IsQuiet() => QuietAsync("""
        public static KMutex Create(KMutex made)
        {
            Console.WriteLine(made);
            return made;
        }
        """);

    [Fact]
    public Task NewObjectInOutParameter_Reports() => ReportsAsync("""
        public static void [|Create|](out Completion done) => done = new Completion();
        """);

    [Fact]
    public Task OldObjectInOutParameter_IsQuiet() => QuietAsync("""
        private static readonly Completion _done = new();
        public static void Find(out Completion done) => done = _done;
        """);

    [Theory]
    [InlineData("(Completion, int) [|Create|]() => (new Completion(), 1);")]
    [InlineData("Completion[] [|Create|]() => [new(), new()];")]
    [InlineData("List<Completion> [|Create|]() => new() { new Completion() };")]
    [InlineData("Task<Completion> [|Create|]() => Task.FromResult(new Completion());")]
    [InlineData("async Task<Completion> [|Create|]() { await Task.Yield(); return new Completion(); }")]
    [InlineData("IEnumerable<Completion> [|Create|]() { yield return new Completion(); }")]
    [InlineData("Completion? [|Create|](bool wanted) => wanted ? new Completion() : null;")]
    [InlineData("Completion [|Create|](int n) => n switch { 0 => new Completion(), _ => throw new ArgumentException() };")]
    public Task NewObjectInCarrier_Reports(string member) => ReportsAsync("public static " + member);

    [Fact]
    public Task NewObjectInObjectOfOtherClass_Reports() => ReportsAsync("""
        public sealed class Job { public Completion? Done { get; set; } }
        public static Job [|Create|]()
        {
            var job = new Job();
            job.Done = new Completion();
            return job;
        }
        """);

    [Fact]
    public Task ClassCreatesItsOwnParts_IsQuiet() => QuietAsync("""
        public sealed class Job
        {
            private readonly KMutex _gate = new();
            public Job() => Done = new Completion();
            public Completion Done { get; private set; }
            public static Job Create() => new Job { Done = new Completion() };
            public static Job CreateLate() { var job = new Job(); job.Done = new Completion(); return job; }
        }
        """);

    [Fact]
    public Task PropertyMakesNewObjectEachTime_Reports() => ReportsAsync("""
        public static Completion [|Fresh|] => new Completion();
        """);

    [Fact]
    public Task PropertyKeepsWhatItMakes_IsQuiet() => QuietAsync("""
        private static Completion? _done;
        private static Completion? _other;
        private static Completion? _third;
        public static Completion Done => _done ??= new Completion();
        public static Completion Other { get { var made = new Completion(); _other = made; return made; } }
        public static Completion Third() { var made = new Completion(); return Interlocked.CompareExchange(ref _third, made, null) ?? made; }
        """);

    [Fact]
    public Task PrivateFactoryWithTwoCallers_Reports() => ReportsAsync("""
        private static Completion [|Create|]() => new Completion();
        private static readonly Completion _parked = Create();
        private static readonly Completion _exited = Create();
        """);

    [Fact]
    public Task PrivateFactoryWithOneCaller_IsQuiet() => QuietAsync("""
        private static Completion Create() => new Completion();
        private static readonly Completion _parked = Create();
        """);

    [Fact]
    public Task FactoryOfFactory_ReportsBoth() => ReportsAsync("""
        public static Completion [|Outer|]() => Inner();
        public static Completion [|Inner|]() => new Completion();
        """);

    [Fact]
    public Task FactoryOverForwardingFactory_ReportsOuter() => ReportsAsync("""
        public static Completion [|Outer|]() => Inner();
        public static Completion Inner([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => new Completion(file: file, line: line);
        """);

    [Fact]
    public Task FactoriesThatCallEachOther_IsQuiet() => QuietAsync("""
        public static Completion Ping(bool ping) => ping ? Pong(false) : throw new ArgumentException();
        public static Completion Pong(bool pong) => pong ? Ping(false) : throw new ArgumentException();
        """);

    [Fact]
    public Task ThreadRunsCallersFunction_Reports() => ReportsAsync("""
        public static KThread [|Start|](Action body) => KThread.Run(_ => { body(); return 0; });
        """);

    [Fact]
    public Task ThreadRunsOwnFunction_IsQuiet() => QuietAsync("""
        public static KThread Start(string name) => KThread.Run(_ => name.Length, name);
        """);

    [Fact]
    public Task LambdaAndLocalFunction_AreQuiet() => QuietAsync("""
        public static Func<Completion> Factory() => () => new Completion();
        public static Completion Ask(Func<Completion> ask) => ask();
        public static Completion Same(Completion done)
        {
            Completion Make() => new Completion();
            Console.WriteLine(Make());
            return done;
        }
        """);

    [Fact]
    public Task ContractOfOwnCode_Reports() => ReportsAsync("""
        public interface ISignals { Completion Create(); }
        public sealed class Signals : ISignals { public Completion [|Create|]() => new Completion(); }
        """);

    [Fact]
    public Task ContractOfOtherAssembly_IsQuiet() => QuietAsync("""
        public sealed class Signals : IEnumerator<Completion>
        {
            public Completion Current => new Completion();
            object System.Collections.IEnumerator.Current => Current;
            public bool MoveNext() => false;
            public void Reset() { }
            public void Dispose() { }
        }
        """);

    [Fact]
    public Task FactoryInOtherFile_Reports()
    {
        var test = new Verify.Test
        {
            TestState =
            {
                Sources =
                {
                    "using KThreadRuntime; static class Outer { public static Completion [|Create|]() => Inner.Create(); }",
                    "using KThreadRuntime; static class Inner { public static Completion [|Create|]() => new Completion(); }",
                },
            },
        };
        return test.RunAsync();
    }

    [Fact]
    public Task KnownMiss_NewObjectHandedOutAsInterface() => QuietAsync("""
        public static IDisposable Start(Func<KThread, int> function) => KThread.Run(function);
        """);

    [Theory]
    [InlineData("creation_site", "[|One|]", "[|Two|]", "[|Three|]")]
    [InlineData("wait_site", "One", "[|Two|]", "[|Three|]")]
    [InlineData("instance", "One", "Two", "[|Three|]")]
    [InlineData("key", "One", "Two", "[|Three|]")]
    public Task Policy_Decides(string policy, string completion, string thread, string mutex)
    {
        var test = new Verify.Test
        {
            TestCode = InClass($$"""
                public static Completion {{completion}}() => new Completion();
                public static KThread {{thread}}(Func<KThread, int> loop) => KThread.Run(loop);
                public static KMutex {{mutex}}() => new KMutex();
                """),
        };
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\ncrossrelease.class_policy = {policy}\n"));
        return test.RunAsync();
    }

    [Theory]
    [InlineData("public static Completion [|Create|]() => (new Completion());")]
    [InlineData("public static Completion [|Create|]() => (Completion)new Completion();")]
    [InlineData("public static Completion [|Create|]() => new Completion()!;")]
    [InlineData("public static async Task<Completion> [|Create|]() => await Task.FromResult(new Completion());")]
    [InlineData("public static Box [|Create|]() => new Box { Done = new Completion() };")]
    [InlineData("public static List<Completion> [|Create|]() => new() { new Completion() };")]
    [InlineData("public static Completion [|Create|](bool early) { var made = new Completion(); if (early) { return made; } return made; }")]
    [InlineData("public static Completion [|Create|](Box box) { var made = new Completion(); box.Done = made; return made; }")]
    [InlineData("public static Completion [|Create|]() { var made = new Completion(); Completion other; other = made; Console.WriteLine(other); return made; }")]
    [InlineData("public static Completion [|Create|]() { Completion? kept = null; var made = new Completion(); Interlocked.CompareExchange(ref kept, made, null); return made; }")]
    [InlineData("private int _made; public Completion [|Create|]() { var made = new Completion(); Interlocked.CompareExchange(ref _made, 1, 0); return made; }")]
    [InlineData("private Completion? _kept; public Completion Create() { var made = new Completion(); Interlocked.CompareExchange(ref _kept, made, null); return made; }")]
    [InlineData("private Completion? _kept; public Completion Create() { var made = new Completion(); this._kept = made; return made; }")]
    [InlineData("public static int Create() => new Completion().GetHashCode() + 1;")]
    public Task NewObject_ReportsWhereItReachesTheCallerAlone(string members) => Verify.VerifyAnalyzerAsync(
        $$"""
        using KThreadRuntime;
        public sealed class Box { public Completion? Done; }
        public class Signals
        {
            {{members}}
        }
        """);

    // A signature that others have given cannot take a site more.
    [Theory]
    [InlineData("public abstract class Base { public abstract Completion Create(); } public sealed class C : Base { public override Completion [|Create|]() => new(); }")]
    [InlineData("public interface IBase { Completion Create(); } public sealed class C : IBase { public Completion [|Create|]() => new(); }")]
    [InlineData("public interface IBase { Completion Create(); } public sealed class C : IBase { Completion IBase.[|Create|]() => new(); }")]
    [InlineData("public sealed class C : System.Collections.ObjectModel.KeyedCollection<Completion, int> { protected override Completion GetKeyForItem(int item) => new(); }")]
    [InlineData("public sealed class C { public IEnumerator<Completion> [|GetEnumerator|]() { yield return new Completion(); } }")]
    [InlineData("public sealed class C : IEnumerable<Completion> { public IEnumerator<Completion> GetEnumerator() { yield return new Completion(); } System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator(); }")]
    [InlineData("public sealed class C : IEnumerable<Completion> { IEnumerator<Completion> IEnumerable<Completion>.GetEnumerator() { yield return new Completion(); } System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw new NotSupportedException(); }")]
    public Task MemberThatImplementsAnother_ReportsWhereThatOneIsOurs(string types) => Verify.VerifyAnalyzerAsync("using KThreadRuntime;\n" + types);

    private static Task ReportsAsync(string member) => Verify.VerifyAnalyzerAsync(InClass(member));

    private static Task QuietAsync(string member) => Verify.VerifyAnalyzerAsync(InClass(member));

    private static string InClass(string member) => $$"""
        using System.Runtime.CompilerServices;
        using KThreadRuntime;
        static class C
        {
        {{member}}
        }
        """;
}
