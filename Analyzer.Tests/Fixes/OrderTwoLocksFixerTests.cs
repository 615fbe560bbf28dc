using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class OrderTwoLocksFixerTests
{
    [Theory]
    [InlineData("public int Id { get; } = Interlocked.Increment(ref s_last);", "Id")]
    [InlineData("public long Number { get; } = Interlocked.Increment(ref s_last);", "Number")]
    [InlineData("private readonly int _id = Interlocked.Increment(ref s_last);", "_id")]
    [InlineData("public readonly ulong AccountNumber = (ulong)Interlocked.Increment(ref s_last);", "AccountNumber")]
    [InlineData("public int Number { get; } = Interlocked.Increment(ref s_last); public int Id { get; } = Interlocked.Increment(ref s_last);", "Id")]
    public Task NumberOfTheObjects_GivesTheOrder(string members, string key) => VerifyAsync(
        InAccount(members, """
                // Both at once.
                lock (from._lock)
                {
                    lock ([|to._lock|]) // inner
                    {
                        _moved += amount;
                    }
                }
        """),
        InAccount(members, $$"""
                // Both at once.
                var first = from.{{key}} <= to.{{key}} ? from : to;
                var second = from.{{key}} <= to.{{key}} ? to : from;
                lock (first._lock)
                {
                    lock (second._lock) // inner
                    {
                        _moved += amount;
                    }
                }
        """));

    [Fact]
    public Task LockedObjectsThemselves_AreOrdered() => VerifyAsync(
        InAccount("public int Id { get; } = Interlocked.Increment(ref s_last);", """
                lock (from)
                {
                    lock ([|to|])
                    {
                        _moved += amount;
                    }
                }
        """),
        InAccount("public int Id { get; } = Interlocked.Increment(ref s_last);", """
                var first = from.Id <= to.Id ? from : to;
                var second = from.Id <= to.Id ? to : from;
                lock (first)
                {
                    lock (second)
                    {
                        _moved += amount;
                    }
                }
        """));

    [Theory]
    [InlineData("public int Id { get; set; }")]
    [InlineData("public int Balance { get; } = Interlocked.Increment(ref s_last);")]
    [InlineData("public static int Id { get; } = Interlocked.Increment(ref s_last);")]
    [InlineData("public int Id => _lock.GetHashCode();")]
    [InlineData("public string Id { get; } = Interlocked.Increment(ref s_last).ToString();")]
    public Task NothingThatTellsThemApart_GetsNoFix(string members)
    {
        var source = InAccount(members, """
                lock (from._lock)
                {
                    lock ([|to._lock|])
                    {
                        _moved += amount;
                    }
                }
        """);
        return VerifyAsync(source, source);
    }

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<LockOrderCycleAnalyzer, OrderTwoLocksFixer>.VerifyCodeFixAsync(before, after);

    private static string InAccount(string members, string body) => $$"""
        public sealed class Account
        {
            private static int s_last;
            private static int _moved;
            private readonly object _lock = new();
            {{members}}
            public static void Transfer(Account from, Account to, int amount)
            {
        {{body}}
            }
        }
        """;
}
