using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002: one object, locked under several of its types.</summary>
public class LockOrderCycleTypesTests
{
    private const string Base = "public class Slot { public void Wake() { lock (this) { Monitor.PulseAll(this); } } }";
    private const string BaseBehindInterface = "public interface ISlot { void Wake(); } public class Slot : ISlot { void ISlot.Wake() { lock (this) { Monitor.PulseAll(this); } } }";
    private const string WakeUnderLock = "lock (_all) { slot = _all.Dequeue(); slot.Wake(); }";
    private const string Derived = "public sealed class Kept : Slot { }";

    [Theory]
    [InlineData(Base + Derived, "Slot", "Kept")]
    [InlineData(Base + Derived, "Kept", "Kept")]
    [InlineData(BaseBehindInterface + Derived, "ISlot", "ISlot")]
    [InlineData(BaseBehindInterface + Derived, "ISlot", "Kept")]
    [InlineData(BaseBehindInterface + "public interface IKept : ISlot { int Count { get; } } public sealed class Kept : Slot, IKept { public int Count => 1; }", "ISlot", "IKept")]
    public async Task LockedByItsBaseAndByItsUser_Reports(string types, string kept, string locked)
    {
        await Verify.VerifyAnalyzerAsync(Ring(Marked(types), kept, locked, WakeUnderLock));
        await Verify.VerifyAnalyzerAsync(Ring(types, kept, locked, "lock (_all) { slot = _all.Dequeue(); } slot.Wake();"));
    }

    [Fact]
    public async Task LockedByItsSubclassAndByItsUser_Reports()
    {
        const string types = "public abstract class Slot { public abstract void Wake(); } public sealed class Kept : Slot { public override void Wake() { lock (this) { } } }";
        await Verify.VerifyAnalyzerAsync(Ring(Marked(types), "Slot", "Slot", WakeUnderLock));
        await Verify.VerifyAnalyzerAsync(Ring(types, "Slot", "Slot", "lock (_all) { slot = _all.Dequeue(); } slot.Wake();"));
    }

    [Theory]
    [InlineData("public sealed class Other { public void Wake() { lock (this) { } } }" + Base + Derived, "Other")]
    [InlineData("public sealed class Other : Slot { public new void Wake() { lock (this) { } } } public class Slot { }" + Derived, "Other")]
    [InlineData("public interface IOther { void Wake(); } public sealed class Other : IOther { public void Wake() { lock (this) { } } }" + Base + Derived, "IOther")]
    public Task LockedUnderATypeThatItIsNotOf_IsQuiet(string types, string kept) =>
        Verify.VerifyAnalyzerAsync(Ring(types, kept, "Kept", WakeUnderLock));

    [Theory]
    [InlineData("public sealed class One(Node part) : Node {", "", "this")]
    [InlineData("public sealed class One(Node part) {", "", "this")]
    [InlineData("public sealed class One(Node part) {", "public void Add(One one) { lock (this) { one.End(); } }", "[|this|]")]
    public Task WithinOneFamily_IsAnOrderOfWholesAndParts(string one, string more, string taken) => Verify.VerifyAnalyzerAsync($$"""
        public abstract class Node { private int _count; public void Close() { lock ({{taken}}) { _count++; } } }
        {{one}} public void End() { lock (this) { part.Close(); } } }
        public sealed class Other(Node part) : Node { public void Stop() { lock (this) { part.Close(); } } {{more}} }
        """);

    private static string Marked(string types) => types.Replace("lock (this)", "lock ([|this|])", StringComparison.Ordinal);

    private static string Ring(string types, string kept, string locked, string wake) => types + $$"""

        public sealed class C
        {
            private readonly Queue<{{kept}}> _all = new();

            public void Wake()
            {
                {{kept}} slot;
                {{wake}}
            }

            public void Add({{locked}} added)
            {
                lock (added)
                {
                    lock (_all) { _all.Enqueue(({{kept}})(object)added); }
                }
            }
        }
        """;
}
