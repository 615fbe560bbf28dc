using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>What an argument's value decides in a callee: a member of an enumeration, a number, a text, null.</summary>
public class ValueThatDecidesTests
{
    [Theory]
    [InlineData("Mode mode", "Mode.Durable", "mode == Mode.Durable", true)]
    [InlineData("Mode mode", "Mode.Buffered", "mode == Mode.Durable", false)]
    [InlineData("Mode mode", "Mode.Buffered", "mode != Mode.Durable", true)]
    [InlineData("Mode mode", "Mode.Durable", "mode != Mode.Durable", false)]
    [InlineData("Mode mode", "Mode.Durable", "mode is Mode.Durable or Mode.Lazy", true)]
    [InlineData("Mode mode", "Mode.Lazy", "mode is not (Mode.Durable or Mode.Lazy)", false)]
    [InlineData("Mode mode", "Mode.Buffered", "mode is not (Mode.Durable or Mode.Lazy)", true)]
    [InlineData("Mode mode", "Mode.Same", "mode != Mode.Durable", false)]
    [InlineData("Mode mode", "(Mode)_size", "mode == Mode.Durable", true)]
    [InlineData("Mode mode", "default", "mode == 0", true)]
    [InlineData("Mode mode", "default", "mode == Mode.Durable", false)]
    [InlineData("int count", "3", "count == 3", true)]
    [InlineData("long count", "3", "count == 3", true)]
    [InlineData("int count", "4", "count == 3", false)]
    [InlineData("int count", "4", "3 == count", false)]
    [InlineData("int count", "Three", "count != 3", false)]
    [InlineData("string name", "\"a\"", "name == \"a\"", true)]
    [InlineData("string name", "\"b\"", "name == \"a\"", false)]
    [InlineData("bool isSync", "true", "isSync == true", true)]
    [InlineData("bool isSync", "false", "isSync == true", false)]
    [InlineData("bool isSync", "true", "isSync is false", false)]
    [InlineData("object? reply", "null", "reply != null", false)]
    [InlineData("object? reply", "null", "reply is null", true)]
    [InlineData("object? reply", "new object()", "reply is null", false)]
    [InlineData("object? reply", "new object()", "reply is not null", true)]
    [InlineData("object? reply", "this", "reply == null", false)]
    [InlineData("Action? reply", "() => { }", "reply == null", false)]
    public Task Argument_DecidesInACallee(string parameter, string argument, string condition, bool reports) => VerifyAsync(
        parameter, argument, $"if ({condition}) {{ _gate.Wait(); _size++; _gate.Release(); }}", reports);

    [Theory]
    [InlineData("Mode.Durable", true)]
    [InlineData("Mode.Buffered", false)]
    [InlineData("Mode.Lazy", false)]
    public Task CaseOfASwitch_IsDecided(string argument, bool reports) => VerifyAsync(
        "Mode mode", argument, "switch (mode) { case Mode.Durable: _gate.Wait(); _size++; _gate.Release(); break; case Mode.Buffered: _size--; break; default: _size = 0; break; }", reports);

    [Theory]
    [InlineData("Mode.Durable", false)]
    [InlineData("Mode.Lazy", true)]
    public Task WhoReturnsBefore_DoesNotComeThere(string argument, bool reports) => VerifyAsync(
        "Mode mode", argument, "if (mode == Mode.Durable) { return; } _gate.Wait(); _size++; _gate.Release();", reports);

    [Theory]
    [InlineData("Mode.Durable", "mode", true)]
    [InlineData("Mode.Buffered", "mode", false)]
    [InlineData("Mode.Buffered", "Mode.Durable", true)]
    public Task ArgumentIsHandedOn(string argument, string handed, bool reports) => VerifyAsync(
        "Mode mode", argument, $"Flush({handed}); }} private void Flush(Mode mode) {{ if (mode == Mode.Durable) {{ _gate.Wait(); _size++; _gate.Release(); }}", reports);

    // Who has tested the value before, calls with one that differs.
    [Theory]
    [InlineData("mode == Mode.Durable", "mode == Mode.Durable", true)]
    [InlineData("mode == Mode.Buffered", "mode == Mode.Durable", false)]
    [InlineData("mode != Mode.Durable", "mode == Mode.Durable", false)]
    [InlineData("mode != Mode.Buffered", "mode == Mode.Durable", true)]
    public Task TestOfTheCaller_Decides(string outer, string inner, bool reports) => VerifyAsync(
        "Mode mode", "(Mode)_size", $"if ({outer}) {{ Flush(mode); }} }} private void Flush(Mode mode) {{ if ({inner}) {{ _gate.Wait(); _size++; _gate.Release(); }}", reports);

    // A parameter that was given another value tells nothing of the argument.
    [Fact]
    public Task ParameterThatIsSet_IsNotTheArgument() => VerifyAsync(
        "Mode mode", "Mode.Buffered", "mode = (Mode)_size; if (mode == Mode.Durable) { _gate.Wait(); _size++; _gate.Release(); }", reports: true);

    [Theory]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"b\"", false)]
    [InlineData("Key", "\"a\"", true)]
    public Task LockOfAKeyThatIsPassed(string outer, string inner, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Journal
        {
            private const string Key = "a";
            private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new();
            private int _size;
            public void Write() { var gate = Take({{outer}}); Append(); gate.Release(); }
            private void Append() { var gate = Take({{inner}}); _size++; gate.Release(); }
            private SemaphoreSlim Take(string key) { var gate = _gates.GetOrAdd(key, _ => new SemaphoreSlim(1, 1)); {{(reports ? "{|XR1003:gate.Wait()|}" : "gate.Wait()")}}; return gate; }
        }
        """);

    private static Task VerifyAsync(string parameter, string argument, string body, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public enum Mode { Buffered, Durable, Lazy, Same = Durable }
        public sealed class Journal
        {
            private const int Three = 3;
            private readonly SemaphoreSlim _gate = new(1, 1);
            private int _size;
            public void Write() { _gate.Wait(); Append({{argument}}); _gate.Release(); }
            private void Append({{parameter}}) { {{(reports ? body.Replace("_gate.Wait()", "{|XR1003:_gate.Wait()|}", StringComparison.Ordinal) : body)}} }
        }
        """);
}
