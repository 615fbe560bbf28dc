using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2005 for what others give back: where it has been given back, and where it has not, a method answers the same.</summary>
public class LockNotReleasedAnswerTests
{
    [Theory]
    [InlineData("if (!_isAlive) return Fail(\"dead\");", true)]
    [InlineData("if (!_isAlive) { _units.Release(); return Fail(\"dead\"); }", false)]
    [InlineData("if (!_isAlive) return Other(\"dead\");", false)]
    [InlineData("if (!_isAlive) throw new InvalidOperationException();", true)]
    public Task AnswerOfAFailure_TakesNoUnit(string first, bool reports) => VerifyAsync(first, "try { File.Delete(Path.GetTempFileName()); return Pass(new Item(Back)); } catch (IOException) { _units.Release(); return Fail(\"broken\"); }", reports);

    [Theory]
    [InlineData("if (!_isAlive) return null;", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", true)]
    [InlineData("", "Item? item = null; if (!_free.TryPop(out item)) { _units.Release(); } return item;", false)]
    [InlineData("", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", false)]
    [InlineData("", "if (!_isAlive) { _units.Release(); } return null;", false)]
    [InlineData("if (!_isAlive) return null; Task.Run(Back);", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", false)]
    [InlineData("if (!_isAlive) { _ = BackLaterAsync(); return null; }", "if (_free.TryPop(out Item? item)) return item; _units.Release(); return null;", false)]
    public Task NothingAnswered_TakesNoUnit(string first, string rest, bool reports) => VerifyAsync(first, rest, reports);

    private static Task VerifyAsync(string first, string rest, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        using System.IO;
        public sealed class Item(Action back) { public void Dispose() => back(); }
        public sealed class Pool(int size)
        {
            private readonly SemaphoreSlim _units = new(size, size);
            private readonly ConcurrentStack<Item> _free = new();
            private volatile bool _isAlive = true;
            public void Kill() => _isAlive = false;
            public object? Take()
            {
                {{(reports ? "[|_units.Wait()|]" : "_units.Wait()")}};
                {{first}}
                {{rest}}
            }
            private void Back() { _units.Release(); }
            private async Task BackLaterAsync() { await Task.Delay(1); _units.Release(); }
            private static object Fail(string why) => why;
            private static object Other(string why) => why;
            private static object Pass(Item item) => item;
        }
        """);
}
