using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 where whoever wins a flag that is won once makes what all others wait for.</summary>
public class LostCompletionClaimTests
{
    private const string Wins = "Interlocked.CompareExchange(ref _claimed, 1, 0) == 0";
    private const string Reported = "[|_created.Wait()|]";
    private const string Quiet = "_created.Wait()";

    [Theory]
    [InlineData(Wins, "_value = _make(); _created.Set();", Reported)]
    [InlineData("Interlocked.Exchange(ref _claimed, 1) == 0", "_value = _make(); _created.Set();", Reported)]
    [InlineData(Wins, "try { _value = _make(); } finally { _created.Set(); }", Quiet)]
    [InlineData(Wins, "try { _value = _make(); } catch (Exception) { _claimed = 0; throw; } _created.Set();", Quiet)]
    [InlineData(Wins, "try { _value = _make(); } catch (Exception) { Volatile.Write(ref _claimed, 0); throw; } _created.Set();", Quiet)]
    [InlineData(Wins, "_value = 3; _created.Set();", Quiet)]
    [InlineData(Wins, "_created.Set(); _value = _make();", Quiet)]
    [InlineData(Wins, "_value = _make(); _created.Set();", "_created.Wait(100)")]
    [InlineData("_claimed == 0", "_value = _make(); _created.Set();", Quiet)]
    public Task WinnerThatThrowsToItsCaller(string condition, string create, string wait) => Verify.VerifyAnalyzerAsync(Program(condition, create, wait, ""));

    [Fact]
    public Task WinnerThatCallsWhoThrows() => Verify.VerifyAnalyzerAsync(Program(Wins, "Create();", Reported, "private void Create() { _value = _make(); _created.Set(); }"));

    // A call whose answer tells the winner wins for its caller.
    [Theory]
    [InlineData("TryClaim()", "_value = _make(); _created.Set();", true)]
    [InlineData("!IsTaken()", "_value = _make(); _created.Set();", true)]
    [InlineData("TryClaim()", "try { _value = _make(); } finally { _created.Set(); }", false)]
    [InlineData("TryGuess()", "_value = _make(); _created.Set();", false)]
    [InlineData("TryOpen()", "_value = _make(); _created.Set();", false)]
    public Task WinnerByACall(string condition, string create, bool reports) => Verify.VerifyAnalyzerAsync(Program(
        condition,
        create,
        reports ? Reported : Quiet,
        """
        private bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;
        private bool IsTaken() => Interlocked.Exchange(ref _claimed, 1) == 1;
        private bool TryGuess() => _guessed++ == 0;
        private bool TryOpen() { bool opened = Interlocked.Exchange(ref _opened, 1) == 0; _opened = 0; return opened; }
        private int _guessed;
        private int _opened;
        """));

    [Theory]
    [InlineData("slot.Client = _make(); slot.Ready.Set();", "[|slot.Ready.Wait()|]")]
    [InlineData("try { slot.Client = _make(); } finally { slot.Ready.Set(); }", "slot.Ready.Wait()")]
    public Task WinnerOfAnotherObjectsFlag(string create, string wait) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Slot
        {
            private int _claimed;
            public ManualResetEventSlim Ready { get; } = new();
            public object? Client { get; set; }
            public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;
        }
        public sealed class C(Func<object> _make)
        {
            private readonly ConcurrentDictionary<string, Slot> _slots = new();
            public object? Get(string name)
            {
                Slot slot = _slots.GetOrAdd(name, _ => new Slot());
                if (slot.TryClaim()) { Create(slot); } else { {{wait}}; }
                return slot.Client;
            }
            private void Create(Slot slot) { {{create}} }
        }
        """);

    // Somebody else may see to it.
    [Theory]
    [InlineData("public void Fail() => _created.Set();")]
    [InlineData("public void Reset() => Interlocked.Exchange(ref _claimed, 0);")]
    [InlineData("public void Again(int n) => _claimed = n;")]
    public Task OthersThatLetGo(string member) => Verify.VerifyAnalyzerAsync(Program(Wins, "_value = _make(); _created.Set();", Quiet, member));

    // Each of the objects that share the completion has a flag of its own.
    [Fact]
    public Task FlagOfAnotherObject() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Pool
        {
            internal readonly SemaphoreSlim Slots = new(2, 2);
            public Lease Rent() { Slots.Wait(); return new Lease(this); }
        }
        public sealed class Lease(Pool pool, Action? clear = null) : IDisposable
        {
            private int _disposed;
            public void Dispose() { if (Interlocked.Exchange(ref _disposed, 1) == 0) { clear?.Invoke(); pool.Slots.Release(); } }
        }
        """);

    [Theory]
    [InlineData("await LoadAsync(); _ready.SetResult();", "[|await _ready.Task|]")]
    [InlineData("try { await LoadAsync(); _ready.SetResult(); } catch (Exception e) { _ready.SetException(e); throw; }", "await _ready.Task")]
    public Task WinnerOfAnAsyncFlow(string load, string wait) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            private int _claimed;
            public async Task OpenAsync() { if (Interlocked.Exchange(ref _claimed, 1) == 0) { {{load}} } else { {{wait}}; } }
            private async Task LoadAsync() { await Task.Yield(); throw new System.IO.IOException(); }
        }
        """);

    private static string Program(string condition, string create, string wait, string member) => $$"""
        public sealed class C
        {
            private readonly ManualResetEventSlim _created = new(false);
            private readonly Func<int> _make;
            private int _claimed;
            private int _value;
            public C(Func<int> make) => _make = make;
            public int Get() { if ({{condition}}) { {{create}} } else { {{wait}}; } return _value; }
            {{member}}
        }
        """;
}
