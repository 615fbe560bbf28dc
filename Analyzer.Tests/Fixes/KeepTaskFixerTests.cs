using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class KeepTaskFixerTests
{
    private const string Load = "private static async Task<int> LoadAsync() { await Task.Yield(); return 1; }";

    [Theory]
    [InlineData("[|LoadAsync().GetAwaiter().GetResult()|]", ".GetAwaiter().GetResult()")]
    [InlineData("[|LoadAsync().ConfigureAwait(false).GetAwaiter().GetResult()|]", ".GetAwaiter().GetResult()")]
    [InlineData("[|LoadAsync().Result|]", ".Result")]
    [InlineData("([|LoadAsync().Result|])", ".Result", "(LoadAsync())")]
    public Task PrivateField_KeepsTheTask(string wait, string words, string task = "LoadAsync()") => VerifyAsync(
        $$"""
        public static class C
        {
            // The limit.
            private static readonly int s_limit = {{wait}}; // kept
            {{Load}}

            /// <summary>See <see cref="s_limit"/>.</summary>
            public static bool IsOver(int count) => count > s_limit && C.s_limit > 0;
            public static string Name => $"{nameof(s_limit)}: {s_limit}" + s_limit.ToString();
        }
        """,
        $$"""
        public static class C
        {
            // The limit.
            private static readonly Task<int> s_limit = {{task}}; // kept
            {{Load}}

            /// <summary>See <see cref="s_limit"/>.</summary>
            public static bool IsOver(int count) => count > s_limit{{words}} && C.s_limit{{words}} > 0;
            public static string Name => $"{nameof(s_limit)}: {s_limit{{words}}}" + s_limit{{words}}.ToString();
        }
        """);

    [Fact]
    public Task VisibleField_BecomesAPropertyThatWaits() => VerifyAsync(
        $$"""
        public static class C
        {
            {{Load}}

            /// <summary>The limit.</summary>
            public static readonly int Limit = [|LoadAsync().GetAwaiter().GetResult()|]; // kept

            public const int Other = 1;
        }
        public static class User { public static bool IsOver(int count) => count > C.Limit; }
        """,
        $$"""
        public static class C
        {
            {{Load}}

            /// <summary>The limit.</summary>
            public static int Limit => _limitTask.GetAwaiter().GetResult(); // kept

            private static readonly Task<int> _limitTask = LoadAsync();

            public const int Other = 1;
        }
        public static class User { public static bool IsOver(int count) => count > C.Limit; }
        """);

    [Theory]
    [InlineData("internal static int Limit { get; } = [|LoadAsync().Result|];", "internal static int Limit => _limitTask.Result; private static readonly Task<int> _limitTask = LoadAsync();")]
    [InlineData("private static int Limit { get; } = [|LoadAsync().Result|];", "private static int Limit => _limitTask.Result; private static readonly Task<int> _limitTask = LoadAsync();")]
    [InlineData("private static int s_other; public static readonly int Limit = [|LoadAsync().Result|];", "private static int s_other; public static int Limit => s_limitTask.Result; private static readonly Task<int> s_limitTask = LoadAsync();")]
    public Task MemberOnALine_IsChangedInIt(string before, string after) => VerifyAsync(
        $"public static class C {{ {before} {Load} public static bool IsOver(int count) => count > Limit; }}",
        $"public static class C {{ {after} {Load} public static bool IsOver(int count) => count > Limit; }}");

    [Theory]
    [InlineData("private static readonly int s_limit;", "private static readonly Task<int> s_limit;", "s_limit", "s_limit", "s_limit.Result")]
    [InlineData("public static readonly int Limit;", "public static int Limit => _limitTask.Result;\n\n    private static readonly Task<int> _limitTask;", "Limit", "_limitTask", "Limit")]
    [InlineData("public static int Limit { get; }", "public static int Limit => _limitTask.Result;\n\n    private static readonly Task<int> _limitTask;", "C.Limit", "_limitTask", "Limit")]
    public Task StaticConstructor_KeepsTheTask(string before, string after, string written, string writtenAfter, string read)
    {
        return VerifyAsync(Source(before, $"{written} = [|LoadAsync().Result|];", written.Replace("C.", "", StringComparison.Ordinal)), Source(after, $"{writtenAfter} = LoadAsync();", read));

        static string Source(string field, string assignment, string read) => $$"""
            public static class C
            {
                {{field}}
                static C()
                {
                    Console.WriteLine();
                    {{assignment}}
                }
                {{Load}}
                public static bool IsOver(int count) => count > {{read}};
            }
            """;
    }

    [Theory]
    [InlineData("private readonly Lazy<int> _value = new(() => [|LoadAsync().Result|]);", "private readonly Lazy<Task<int>> _value = new(() => LoadAsync());")]
    [InlineData("private readonly Lazy<int> _value = new(() => [|LoadAsync().Result|], LazyThreadSafetyMode.ExecutionAndPublication);", "private readonly Lazy<Task<int>> _value = new(() => LoadAsync(), LazyThreadSafetyMode.ExecutionAndPublication);")]
    [InlineData("private static readonly Lazy<int> _value = new Lazy<int>(() => [|LoadAsync().Result|], true);", "private static readonly Lazy<Task<int>> _value = new Lazy<Task<int>>(() => LoadAsync(), true);")]
    [InlineData("private readonly System.Lazy<int> _value = new(() => { return [|LoadAsync().Result|]; });", "private readonly System.Lazy<Task<int>> _value = new(() => { return LoadAsync(); });")]
    [InlineData("private readonly Lazy<int> _value = new(delegate { return [|LoadAsync().Result|]; });", "private readonly Lazy<Task<int>> _value = new(delegate { return LoadAsync(); });")]
    [InlineData("private readonly Lazy<int> _value; public C() => _value = new(() => [|LoadAsync().Result|]);", "private readonly Lazy<Task<int>> _value; public C() => _value = new(() => LoadAsync());")]
    [InlineData("private readonly Lazy<int> _value; public C() { Console.WriteLine(); this._value = new Lazy<int>(() => [|LoadAsync().Result|]); }", "private readonly Lazy<Task<int>> _value; public C() { Console.WriteLine(); this._value = new Lazy<Task<int>>(() => LoadAsync()); }")]
    [InlineData("private readonly TaskCompletionSource<int> _made = new(); private readonly Lazy<int> _value; public C() { _value = new(() => [|_made.Task.Result|]); _made.SetResult(1); }", "private readonly TaskCompletionSource<int> _made = new(); private readonly Lazy<Task<int>> _value; public C() { _value = new(() => _made.Task); _made.SetResult(1); }")]
    public Task LazyValue_BecomesALazyTask(string before, string after) => VerifyAsync(
        $"public sealed class C {{ {before} public int Value => _value.Value; public string Text() => _value.Value.ToString(); {Load} }}",
        $"public sealed class C {{ {after} public int Value => _value.Value.Result; public string Text() => _value.Value.Result.ToString(); {Load} }}");

    // Who could tell a started task from its value, or where the value is, keeps the field as it is.
    [Theory]
    [InlineData("private", "public bool IsMade => _value.IsValueCreated;")]
    [InlineData("private", "public Lazy<int> Whole => _value;")]
    [InlineData("private", "public int? Any => _value?.Value;")]
    [InlineData("private", "public void Forget() => _value = new(() => 1);")]
    [InlineData("internal", "")]
    public Task LazyValueThatIsMoreThanRead_GetsNoFix(string access, string user) => VerifyQuietAsync(
        $"public sealed class C {{ {access} {(user.Contains("= new", StringComparison.Ordinal) ? "" : "readonly ")}Lazy<int> _value = new(() => [|LoadAsync().Result|]); public int Value => _value.Value; {user} {Load} }}");

    [Theory]
    [InlineData("() => [|LoadAsync().Result|] + 1")]
    [InlineData("() => { Console.WriteLine(); return [|LoadAsync().Result|]; }")]
    [InlineData("() => [|Load()|]")]
    public Task FactoryThatDoesMoreThanWait_GetsNoFix(string factory) => VerifyQuietAsync(
        $"public sealed class C {{ private readonly Lazy<int> _value = new({factory}); public int Value => _value.Value; private static int Load() => LoadAsync().Result; {Load} }}");

    // Under a lock that the work is known not to need the wait is no worse than the one for the lazy value was.
    [Fact]
    public Task ReaderUnderALock_WaitsThere() => VerifyAsync(
        $"public sealed class C {{ private readonly Lazy<int> _value = new(() => [|LoadAsync().Result|]); public int Value {{ get {{ lock (this) {{ return _value.Value; }} }} }} {Load} }}",
        $"public sealed class C {{ private readonly Lazy<Task<int>> _value = new(() => LoadAsync()); public int Value {{ get {{ lock (this) {{ return _value.Value.Result; }} }} }} {Load} }}");

    // The users of the type waited for the work: only what they cannot see of it may end later.
    [Theory]
    [InlineData("await Task.Yield(); return 1;", true)]
    [InlineData("await Task.Yield(); var sum = 0; foreach (var part in new[] { 1, 2 }) { sum += part; } return sum;", true)]
    [InlineData("var text = await File.ReadAllTextAsync(s_path); return int.Parse(text);", true)]
    [InlineData("using var client = new System.Net.Http.HttpClient(); client.Timeout = TimeSpan.FromSeconds(1); return (await client.GetStringAsync(s_path)).Length;", true)]
    [InlineData("await Task.Yield(); var all = new List<int>(); all.Add(1); return all.Count;", true)]
    [InlineData("await Task.Yield(); return new Options { Limit = 2 }.Limit;", true)]
    [InlineData("await Task.Yield(); return Twice(2);", true)]
    [InlineData("return await Task.Run(() => 1);", true)]
    [InlineData("return await Task.Run(One);", true)]
    [InlineData("await Task.Yield(); s_count = 1; return 1;", false)]
    [InlineData("await Task.Yield(); s_count++; return 1;", false)]
    [InlineData("await Task.Yield(); return s_count;", false)]
    [InlineData("await Task.Yield(); s_all.Add(1); return 1;", false)]
    [InlineData("await Task.Yield(); return Count();", false)]
    [InlineData("return await Task.Run(() => s_count = 1);", false)]
    [InlineData("return await Task.Run(Count);", false)]
    [InlineData("await Task.Yield(); var all = new List<int>(); all = s_all; all.Add(1); return 1;", false)]
    [InlineData("await Task.Yield(); Options.Shared.Limit = 1; return 1;", false)]
    [InlineData("await Task.Yield(); lock (s_path) { return 1; }", false)]
    [InlineData("await File.WriteAllTextAsync(s_path, s_path); return 1;", false)]
    [InlineData("await Task.Yield(); s_ready.Set(); return 1;", false)]
    [InlineData("await Task.Yield(); s_told(); return 1;", false)]
    [InlineData("await Task.Yield(); return s_lazy.Value;", false)]
    [InlineData("await Task.Yield(); Interlocked.Increment(ref s_count); return 1;", false)]
    [InlineData("await Task.Yield(); Told?.Invoke(); return 1;", false)]
    [InlineData("await Task.Yield(); return new Counted().Number;", false)]
    [InlineData("await Task.Yield(); return Source.Get();", false)]
    public Task WorkThatOthersSee_IsWaitedFor(string work, bool isFixed)
    {
        var before = Source("int", "[|LoadAsync().Result|]", "s_limit", work);
        return isFixed ? VerifyAsync(before, Source("Task<int>", "LoadAsync()", "s_limit.Result", work)) : VerifyQuietAsync(before);

        static string Source(string type, string value, string read, string work) => $$"""
            public class Options { public static readonly Options Shared = new(); public int Limit { get; set; } }
            public class Counted { private static int s_made; public readonly int Number; public Counted() { Number = ++s_made; } }
            public interface ISource { int Get(); }
            public static class C
            {
                private static readonly string s_path = "path";
                private static readonly List<int> s_all = new();
                private static readonly ManualResetEventSlim s_ready = new();
                private static readonly Action s_told = () => { };
                private static readonly Lazy<int> s_lazy = new(() => 1);
                private static int s_count;
                public static event Action? Told;
                public static ISource Source { get; } = null!;
                private static readonly {{type}} s_limit = {{value}};
                public static int Limit => {{read}} + s_count;
                private static int One() => 1;
                private static int Twice(int number) => number * 2;
                private static int Count() => s_count++;
                private static async Task<int> LoadAsync() { {{work}} }
            }
            """;
    }

    [Theory]
    [InlineData("private static readonly int s_limit = [|LoadAsync().Result|] + 1; public static int Limit => s_limit;")]
    [InlineData("private static readonly int s_limit = [|Wait()|]; public static int Limit => s_limit; private static int Wait() => LoadAsync().Result;")]
    [InlineData("private static readonly long s_limit = [|LoadAsync().Result|]; public static long Limit => s_limit;")]
    [InlineData("private static readonly int s_limit = [|s_task.Result|]; public static int Limit => s_limit; private static readonly Task<int> s_task = LoadAsync();")]
    [InlineData("private static int s_limit = [|LoadAsync().Result|]; public static int Limit => s_limit++;")]
    [InlineData("public static int Limit = [|LoadAsync().Result|];")]
    [InlineData("public static int Limit { get; set; } = [|LoadAsync().Result|];")]
    [InlineData("[ThreadStatic] private static int s_limit = [|LoadAsync().Result|]; public static int Limit => s_limit;")]
    [InlineData("private static volatile int s_limit = [|LoadAsync().Result|]; public static int Limit => s_limit;")]
    [InlineData("private static readonly int s_limit = [|LoadAsync().Result|]; public static ref readonly int Limit => ref s_limit;")]
    [InlineData("private static readonly int s_limit = [|LoadAsync().Result|]; public static int Limit => Get(in s_limit); private static int Get(in int value) => value;")]
    [InlineData("public static readonly int Limit = [|LoadAsync().Result|]; public static int Get() => Get(in Limit); private static int Get(in int value) => value;")]
    [InlineData("private static readonly int s_limit = [|LoadAsync().Result|]; private static readonly int s_twice = 2 * s_limit; public static int Limit => s_twice;")]
    [InlineData("private static readonly int s_limit = [|LoadAsync() /* why */ .Result|]; public static int Limit => s_limit;")]
    [InlineData("public static readonly int Limit /* why */ = [|LoadAsync().Result|];")]
    [InlineData("public static readonly int Limit = [|LoadAsync().Result|]; private static int _limitTask() => 1; public static int Use() => _limitTask();")]
    public Task OtherFields_GetNoFix(string member) => VerifyQuietAsync($"public static class C {{ {member} {Load} }}");

    [Theory]
    [InlineData("static C() { if (s_path.Length > 3) { s_limit = [|LoadAsync().Result|]; } }")]
    [InlineData("static C() { if (s_path.Length > 3) { return; } s_limit = [|LoadAsync().Result|]; }")]
    [InlineData("static C() { s_limit = [|LoadAsync().Result|]; s_path += s_limit; }")]
    [InlineData("static C() { s_limit = 1; s_limit = [|LoadAsync().Result|]; }")]
    [InlineData("static C() { [|LoadAsync().Wait()|]; }")]
    [InlineData("[System.Runtime.CompilerServices.ModuleInitializer] internal static void Init() { s_limit = [|LoadAsync().Result|]; }")]
    public Task OtherInitializers_GetNoFix(string initializer) => VerifyQuietAsync(
        $"public static class C {{ private static string s_path = \"path\"; private static {(initializer.Contains("Module", StringComparison.Ordinal) ? "" : "readonly ")}int s_limit; {initializer} public static string Limit => s_path + s_limit; {Load} }}");

    [Fact]
    public Task Finalizer_GetsNoFix() => VerifyQuietAsync(
        $"public sealed class C {{ private readonly Task<int> _work = LoadAsync(); ~C() {{ Console.WriteLine([|_work.Result|]); }} {Load} }}");

    [Fact]
    public Task SeveralFieldsOfAType_AreFixedAtOnce() => VerifyAsync(
        $$"""
        public static class C
        {
            private static readonly int s_limit = [|LoadAsync().Result|];
            private static readonly int s_other = [|LoadAsync().Result|];
            {{Load}}
            public static bool IsOver(int count) => count > s_limit + s_other;
        }
        """,
        $$"""
        public static class C
        {
            private static readonly Task<int> s_limit = LoadAsync();
            private static readonly Task<int> s_other = LoadAsync();
            {{Load}}
            public static bool IsOver(int count) => count > s_limit.Result + s_other.Result;
        }
        """);

    // The engine tells one wait of a body; the others come to light when it is gone.
    [Fact]
    public Task SeveralWaitsOfAConstructor_AreFixedAtOnce() => VerifyAsync(
        $$"""
        public static class C
        {
            private static readonly int s_limit, s_last;
            private static readonly int s_first;
            private static readonly int s_other;
            static C() { s_first = [|LoadAsync().Result|]; s_other = LoadAsync().Result; }
            {{Load}}
            public static bool IsOver(int count) => count > s_first + s_other + s_limit + s_last;
        }
        """,
        $$"""
        public static class C
        {
            private static readonly int s_limit, s_last;
            private static readonly Task<int> s_first;
            private static readonly Task<int> s_other;
            static C() { s_first = LoadAsync(); s_other = LoadAsync(); }
            {{Load}}
            public static bool IsOver(int count) => count > s_first.Result + s_other.Result + s_limit + s_last;
        }
        """);

    [Fact]
    public Task SeveralTypes_AreFixedWhereTheyCanBe()
    {
        return VerifyAsync(
            Source("private static readonly int s_limit = [|LoadAsync().Result|];", "s_limit", "private readonly Lazy<int> _value = new(() => [|LoadAsync().Result|]);", "_value.Value"),
            Source("private static readonly Task<int> s_limit = LoadAsync();", "s_limit.Result", "private readonly Lazy<Task<int>> _value = new(() => LoadAsync());", "_value.Value.Result"));

        static string Source(string field, string read, string lazy, string value) => $$"""
            public static class A { static A() { [|LoadAsync().Wait()|]; } public static void Use() { } {{Load}} }
            public static class B { {{field}} public static int Limit => {{read}}; {{Load}} }
            public sealed class C { {{lazy}} public int Value => {{value}}; {{Load}} }
            """;
    }

    [Fact]
    public Task ReaderInAnotherFile_WaitsToo()
    {
        var test = new CSharpCodeFixVerifier<WaitInInitializerAnalyzer, KeepTaskFixer>.Test();
        test.TestState.Sources.Add(("/0/One.cs", $"public static partial class C {{ private static readonly int s_limit = [|LoadAsync().Result|]; {Load} }}"));
        test.TestState.Sources.Add(("/0/Two.cs", "public static partial class C { public static bool IsOver(int count) => count > s_limit; }"));
        test.FixedState.Sources.Add(("/0/One.cs", $"public static partial class C {{ private static readonly Task<int> s_limit = LoadAsync(); {Load} }}"));
        test.FixedState.Sources.Add(("/0/Two.cs", "public static partial class C { public static bool IsOver(int count) => count > s_limit.Result; }"));
        return test.RunAsync(CancellationToken.None);
    }

    [Fact]
    public Task WorkThatNeedsTheType_IsARingThatTheFixOpens()
    {
        return CSharpCodeFixVerifier<CrossReleaseCycleAnalyzer, KeepTaskFixer>.VerifyCodeFixAsync(
            Source("int", "[|Task.Run(() => Count()).Result|]", "s_limit"), Source("Task<int>", "Task.Run(() => Count())", "s_limit.Result"));

        static string Source(string type, string value, string read) => $$"""
            public static class C
            {
                private static readonly {{type}} s_limit;
                static C() { s_limit = {{value}}; }
                private static int Count() => 1;
                public static int Limit => {{read}};
            }
            """;
    }

    private static Task VerifyQuietAsync(string source) => VerifyAsync(source, source);

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<WaitInInitializerAnalyzer, KeepTaskFixer>.VerifyCodeFixAsync(before, after);
}
