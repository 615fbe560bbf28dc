using Verify = CrossRelease.Analyzers.Tests.Support.CSharpCodeFixVerifier<
    CrossRelease.Analyzers.KeyIsNoClassAnalyzer,
    CrossRelease.Analyzers.CodeFixes.KeyIsNoClassFixer>;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class KeyIsNoClassFixerTests
{
    [Theory]
    [InlineData("private readonly LockClassKey _key = [|new()|]; // kept", "private static readonly LockClassKey _key = new(); // kept")]
    [InlineData("private LockClassKey _key = [|new()|];", "private static readonly LockClassKey _key = new();")]
    [InlineData("private static LockClassKey _key = [|new(\"gate\")|];", "private static readonly LockClassKey _key = new(\"gate\");")]
    [InlineData("LockClassKey _key = [|new LockClassKey()|];", "static readonly LockClassKey _key = new LockClassKey();")]
    [InlineData("private static LockClassKey _key => [|new()|];", "private static LockClassKey _key { get; } = new();")]
    [InlineData("private static LockClassKey _key { get; set; } = [|new()|];", "private static LockClassKey _key { get; } = new();")]
    public Task KeyOfAnInstance_BecomesTheTypes(string before, string after) => Verify.VerifyCodeFixAsync(
        InClass(before, "public C() => Gate = new(_key);\n    public KMutex Gate { get; }"),
        InClass(after, "public C() => Gate = new(_key);\n    public KMutex Gate { get; }"));

    [Theory]
    [InlineData("new([|new LockClassKey(\"gate\")|])", "new(\"gate\")", "new(_gateKey)")]
    [InlineData("new KMutex([|new LockClassKey()|])", "new()", "new KMutex(_gateKey)")]
    public Task KeyMadeInTheCall_GetsAField(string before, string key, string after) => Verify.VerifyCodeFixAsync(
        InClass("", $"// The gate.\n    public KMutex Gate {{ get; }} = {before};"),
        InClass("", $"// The gate.\n    private static readonly LockClassKey _gateKey = {key};\n\n    public KMutex Gate {{ get; }} = {after};"));

    [Fact]
    public Task LocalKey_GetsNoFix()
    {
        var source = InClass("", "public KMutex Open() { var key = [|new LockClassKey()|]; return new KMutex(key); }");
        return Verify.VerifyCodeFixAsync(source, source);
    }

    private static string InClass(string members, string more) => $$"""
        using KThreadRuntime;
        public class C
        {
            {{members}}
            {{more}}
        }
        """;
}
