using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2005 for a scope whose constructor takes the lock: where an exception leaves it there is nothing to dispose of.</summary>
public class LockOfAConstructorTests
{
    [Theory]
    [InlineData("ENTER; if (!owner.IsOpen) throw new IOException();", true)]
    [InlineData("ENTER; owner.Check();", true)]
    [InlineData("if (!owner.IsOpen) throw new IOException(); ENTER;", false)]
    [InlineData("owner.Check(); ENTER;", false)]
    [InlineData("ENTER; try { owner.Check(); } catch { Monitor.Exit(owner.Gate); throw; }", false)]
    [InlineData("ENTER; try { owner.Check(); } catch (IOException) { owner.IsOpen = true; }", false)]
    [InlineData("ENTER; owner.IsOpen = !owner.IsOpen;", false)]
    public Task ExceptionOfTheConstructor_KeepsTheLock(string constructor, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Owner
        {
            public readonly object Gate = new(); public bool IsOpen;
            public void Use() { using (new Scope(this)) { Console.WriteLine(); } }
            public void Check() { if (!IsOpen) throw new IOException(); }
        }
        public readonly struct Scope : IDisposable
        {
            private readonly Owner _owner;
            public Scope(Owner owner) { _owner = owner; {{constructor.Replace("ENTER", reports ? "[|Monitor.Enter(owner.Gate)|]" : "Monitor.Enter(owner.Gate)", StringComparison.Ordinal)}} }
            public void Dispose() => Monitor.Exit(_owner.Gate);
        }
        """);

    // A way that forgets what another one gives back.
    [Theory]
    [InlineData("if (name.Length > 8) { return; } Monitor.Exit(gate);", true)]
    [InlineData("if (name.Length > 8) { Monitor.Exit(gate); return; } Monitor.Exit(gate);", false)]
    public Task WayThatKeepsTheLock_Reports(string rest, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Named { public Named(object gate, string name) { {{(reports ? "[|Monitor.Enter(gate)|]" : "Monitor.Enter(gate)")}}; {{rest}} } }
        """);

    // Whoever gets no object gets none of its locks.
    [Fact]
    public Task LockOfTheObjectItself_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Session : IDisposable
        {
            private readonly object _gate = new();
            public Session(string name) { Monitor.Enter(_gate); if (name.Length > 8) throw new IOException(); }
            public void Dispose() => Monitor.Exit(_gate);
        }
        """);
}
