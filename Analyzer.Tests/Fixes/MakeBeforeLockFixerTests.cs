using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class MakeBeforeLockFixerTests
{
    private const string Looked = """
                lock (_gate)
                {
                    if (_all.TryGetValue(key, out var known))
                    {
                        return known;
                    }
                }


        """;

    [Theory]
    [InlineData("_all[key] = value = Make(key);", "Make(key)")]
    [InlineData("_all[key] = value = this.Make(key); // kept", "this.Make(key)")]
    [InlineData("{\n            value = Make(key);\n            _all[key] = value;\n            }", "Make(key)")]
    [InlineData("{\n            _all[key] = value = _make(key);\n            }", "_make(key)")]
    [InlineData("_all[key] = value = _make(key);", "_make(key)")]
    [InlineData("_all[key] = value = Twice(key, 2);", "Twice(key, 2)")]
    [InlineData("_all[key] = value = Told(() => key.ToString());", "Told(() => key.ToString())")]
    public Task MissingEntry_IsMadeBetweenTwoLooks(string step, string made) => VerifyAsync(
        InClass(step),
        InClass(step.Replace(made, "made", StringComparison.Ordinal), before: $"{Looked}        var made = {made};\n"));

    [Fact]
    public Task NameInUse_IsNotTaken() => VerifyAsync(
        InClass("_all[key] = value = Make(key);", "        var known = key;\n"),
        InClass("_all[key] = value = made;", "        var known = key;\n" + Looked.Replace("known", "known2", StringComparison.Ordinal) + "        var made = Make(key);\n"));

    [Theory]
    [InlineData("        // One a key.\n")]
    [InlineData("        var asked = key;\n\n")]
    public Task WhatStandsBeforeTheLock_Stays(string before) => VerifyAsync(
        InClass("_all[key] = value = Make(key);", before),
        InClass("_all[key] = value = made;", before + Looked + "        var made = Make(key);\n"));

    [Theory]
    [InlineData("_all[key] = value = Make(key);", "public void Forget() { lock (_gate) { _all.Clear(); } }")]
    [InlineData("_all[key] = value = Make(key);", "public void Forget(int key) { lock (_gate) { _all.Remove(key); } }")]
    [InlineData("_all[key] = value = Make(key);", "public Dictionary<int, string> All => _all;")]
    [InlineData("_all[key] = value = Make(_count);", "")]
    [InlineData("_all[key] = value = Told(() => key.ToString() + _count);", "")]
    [InlineData("_all[key] = value = Told(() => key.ToString() + value);", "")]
    [InlineData("_all[key] = value = Counted(key);", "private string Counted(int key) { _count++; return Make(key); }")]
    [InlineData("_all[key + 1] = value = Make(key);", "")]
    [InlineData("{ value = Make(key); _count++; _all[key] = value; }", "")]
    public Task EntryThatMayGo_OrNeedsTheLock_GetsNoFix(string step, string member)
    {
        var source = InClass(step, "", member);
        return VerifyAsync(source, source);
    }

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<LockOrderCycleAnalyzer, MakeBeforeLockFixer>.VerifyCodeFixAsync(before, before == after ? before : after.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal));

    private static string InClass(string step, string before = "", string member = "") => $$"""
        public sealed class Factory
        {
            private readonly object _rules = new();
            private readonly Cache _cache;
            public Factory() => _cache = new Cache(this, key => Text(key));
            public string Text(int key) { lock ([|_rules|]) { return key.ToString(); } }
            public void Warm() { lock (_rules) { _cache.Get(1); } }
        }

        public sealed class Cache
        {
            private readonly object _gate = new();
            private readonly Dictionary<int, string> _all = new();
            private readonly Factory _factory;
            private readonly Func<int, string> _make;
            private int _count;
            public Cache(Factory factory, Func<int, string> make) => (_factory, _make) = (factory, make);
            public string Get(int key)
            {
        {{before}}        lock (_gate)
                {
                    if (!_all.TryGetValue(key, out var value))
                    {{step}}
                    return value;
                }
            }

            private string Make(int key) => _factory.Text(key);
            private string Told(Func<string> text) => Make(0) + text();
            private string Twice(int key, int times) => _factory.Text(key * times);
            {{member}}
        }
        """;
}
