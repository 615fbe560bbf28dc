using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.KeyIsNoClassAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class KeyIsNoClassTests
{
    [Fact]
    public Task KeyPerInstance_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("private readonly LockClassKey _key = {|#0:new()|}; private readonly KMutex _gate; public C() => _gate = new KMutex(_key);"),
        Rule().WithLocation(0).WithMessage(
            "The LockClassKey '_key' is made anew for each instance, so every instance has lock classes of its own and no order is learned across them. "
            + "Keep it in a static readonly field, or dispose it with its owner."));

    [Fact]
    public Task KeyOfTheType_IsQuiet() => QuietAsync(
        "private static readonly LockClassKey _key = new(); private readonly KMutex _gate; public C() => _gate = new KMutex(_key);");

    [Fact]
    public Task KeyPerInstanceDisposedWithIt_IsQuiet() => QuietAsync(
        "private readonly LockClassKey _key = new(); public KMutex Gate { get; } public C() => Gate = new KMutex(_key); public void Dispose() => _key.Dispose();");

    [Fact]
    public Task NullableKeyDisposedConditionally_IsQuiet() => QuietAsync(
        "private LockClassKey? _key; public KMutex Open() => new KMutex(_key ??= new()); public void Dispose() => _key?.Dispose();");

    [Fact]
    public Task NullableKeyNeverDisposed_Reports() => ReportsAsync(
        "private LockClassKey? _key; public KMutex Open() => new KMutex(_key ??= [|new()|]);");

    [Fact]
    public Task ReplaceableKey_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("private static LockClassKey _key = {|#0:new()|}; public KMutex Gate { get; } = new(_key);"),
        Rule().WithLocation(0).WithMessage(
            "The LockClassKey '_key' can be replaced, and then objects that obey the same rules are in two lock classes. Make it readonly."));

    [Fact]
    public Task PropertyThatKeepsTheKey_IsQuiet() => QuietAsync("private static LockClassKey Key { get; } = new(); public KMutex Gate { get; } = new(Key);");

    [Fact]
    public Task PropertyThatMakesAKey_Reports() => ReportsAsync("private static LockClassKey Key => [|new()|]; public KMutex Gate { get; } = new(Key);");

    [Fact]
    public Task PropertyWithSetter_Reports() => ReportsAsync("public static LockClassKey Key { get; set; } = [|new()|]; public KMutex Gate { get; } = new(Key);");

    [Fact]
    public Task KeyMadeInTheCall_Reports() => ReportsAsync("public KMutex Gate { get; } = new([|new LockClassKey(\"gate\")|]);");

    [Fact]
    public Task KeyMadeInTheCallOfAStaticInitialiser_IsQuiet() => QuietAsync("public static KMutex Gate { get; } = new(new LockClassKey(\"gate\"));");

    [Fact]
    public Task KeyMadeInTheCallOfAStaticConstructor_IsQuiet() => QuietAsync("public static readonly KMutex Gate; static C() => Gate = new(new LockClassKey(\"gate\"));");

    [Fact]
    public Task KeyMadeInALoopOfAStaticConstructor_Reports() => ReportsAsync(
        "public static readonly List<KMutex> Gates = []; static C() { for (var i = 0; i < 4; i++) Gates.Add(new([|new LockClassKey(\"gate\")|])); }");

    [Fact]
    public Task LocalKey_Reports() => ReportsAsync("public KMutex Open() { var key = [|new LockClassKey()|]; return new KMutex(key); }");

    [Fact]
    public Task LocalKeyDisposed_IsQuiet() => QuietAsync("public void Run() { using var key = new LockClassKey(); new KMutex(key).Acquire(); }");

    [Fact]
    public Task LocalKeyThatIsKept_IsQuiet() => QuietAsync(
        "private readonly List<LockClassKey> _keys = []; public KMutex Open() { var key = new LockClassKey(); _keys.Add(key); return new KMutex(key); }");

    [Fact]
    public async Task LocalKeyOfTheProgram_IsQuiet()
    {
        var test = new Verify.Test { TestCode = "using KThreadRuntime; var key = new LockClassKey(); new KMutex(key).Acquire();" };
        test.TestState.OutputKind = Microsoft.CodeAnalysis.OutputKind.ConsoleApplication;
        await test.RunAsync();
    }

    [Fact]
    public Task KeyOfTwoKinds_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            private static readonly LockClassKey _key = {|#0:new()|};
            private readonly KMutex _gate = {|#1:new(_key)|};
            private readonly Completion _done;
            public C() { _done = {|#2:new Completion(_key)|}; }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3003_KeyOfUnrelatedObjects).WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "The LockClassKey '_key' puts a 'KMutex' and the 'Completion' of 'new C' in one lock class, though they obey different rules. Give each a key of its own."));

    [Fact]
    public Task KeyOfTwoKindsInTwoFiles_Reports()
    {
        var test = new Verify.Test { TestCode = "using KThreadRuntime; public static class Keys { public static readonly LockClassKey Shared = [|new()|]; }" };
        test.TestState.Sources.Add("using KThreadRuntime; public class A { public KMutex Gate { get; } = new(Keys.Shared); }");
        test.TestState.Sources.Add("using KThreadRuntime; public class B { public Completion Done { get; } = new(Keys.Shared); }");
        return test.RunAsync();
    }

    [Fact]
    public Task KeyOfTwoObjectsOfAKind_IsQuiet() => QuietAsync("""
        private static readonly LockClassKey _key = new();
        private readonly KMutex _left = new(_key);
        private readonly KMutex _right = new(_key);
        """);

    private static DiagnosticResult Rule() => Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3003_KeyIsNoClass);

    [Theory]
    [InlineData("private static readonly LockClassKey _key; static C() { _key = new(); } public KMutex Gate { get; } = new(_key);", false)]
    [InlineData("private static LockClassKey _key; static C() { _key = [|new()|]; } public KMutex Gate { get; } = new(_key);", true)]
    [InlineData("private readonly LockClassKey _key; public KMutex Gate { get; } public C() { _key = [|new()|]; Gate = new(_key); }", true)]
    [InlineData("private static readonly LockClassKey _key = (new LockClassKey())!; public KMutex Gate { get; } = new(_key);", false)]
    [InlineData("private readonly LockClassKey _key = (LockClassKey)([|new LockClassKey()|])!; public KMutex Gate { get; } public C() { Gate = new(_key); }", true)]
    [InlineData("private readonly LockClassKey _key; public KMutex Gate { get; } public C(LockClassKey? key) { _key = key ?? [|new LockClassKey()|]; Gate = new(_key); }", true)]
    [InlineData("private readonly LockClassKey _key; public KMutex Gate { get; } public C(LockClassKey key) { _key = new LockClassKey() ?? key; Gate = new(_key); }", false)]
    [InlineData("public readonly KMutex Gate = new([|new LockClassKey()|]);", true)]
    [InlineData("public static readonly KMutex Gate = new(new LockClassKey());", false)]
    [InlineData("public readonly KMutex Gate; public C() { Gate = new([|new LockClassKey()|]); }", true)]
    [InlineData("public KMutex Make() => new([|new LockClassKey()|]);", true)]
    [InlineData("private readonly List<LockClassKey> _keys = []; public void Add() => _keys.Add(new LockClassKey());", false)]
    [InlineData("public void Run() { var key = new LockClassKey(); }", false)]
    [InlineData("public void Run() { var key = new LockClassKey(); new KMutex(key).Acquire(); key.Dispose(); }", false)]
    public Task PlaceOfAKey_TellsHowOftenItIsMade(string members, bool reports)
    {
        Assert.Equal(reports, members.Contains("[|", StringComparison.Ordinal));
        return ReportsAsync(members);
    }

    private static Task ReportsAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static Task QuietAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static string InClass(string members) =>
        $$"""
        using System;
        using System.Collections.Generic;
        using KThreadRuntime;
        public class C
        {
            {{members}}
        }
        """;
}
