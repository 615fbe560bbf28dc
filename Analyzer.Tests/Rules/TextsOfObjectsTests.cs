using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 by the text of an object, which code asks for without a call of its class.</summary>
public class TextsOfObjectsTests
{
    [Theory]
    [InlineData("object", "$\"x {state}\"")]
    [InlineData("object", "\"x \" + state")]
    [InlineData("object", "state.ToString()")]
    [InlineData("Part", "state.ToString()")]
    [InlineData("Part", "\"x \" + state")]
    [InlineData("Device", "\"x \" + state")]
    [InlineData("IPart", "$\"{state}\"")]
    [InlineData("object", "state.GetHashCode()", false)]
    [InlineData("object", "$\"{state is null}\"", false)]
    public Task Text_ReportsTheLocksOfWhoIsAsked(string type, string text, bool reports = true) => Verify.VerifyAnalyzerAsync($$"""
        internal interface IPart { }
        internal abstract class Part : IPart { }
        internal sealed class Log { private readonly object _written = new(); private object? _last; public void Write({{type}} state) { lock ({{(reports ? "[|_written|]" : "_written")}}) { _last = {{text}}; } } }
        internal sealed class Device(Log log) : Part
        {
            private readonly object _state = new(); private int _n;
            public void Set() { lock (_state) { _n++; log.Write(this); } }
            public void Report() => log.Write(this);
            public override string ToString() { lock (_state) { return "d" + _n; } }
        }
        public static class Entry { public static void Main() { var device = new Device(new Log()); Task.Run(device.Report); device.Set(); } }
        """);
}
