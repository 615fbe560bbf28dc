using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Tests.Flow;

public class TimeLimitsTests
{
    [Theory]
    [InlineData("e.Wait()", nameof(TimeLimit.None))]
    [InlineData("e.Wait(token)", nameof(TimeLimit.None))]
    [InlineData("e.Wait(-1)", nameof(TimeLimit.None))]
    [InlineData("e.Wait(Timeout.Infinite, token)", nameof(TimeLimit.None))]
    [InlineData("e.Wait(Timeout.InfiniteTimeSpan)", nameof(TimeLimit.None))]
    [InlineData("e.Wait(millisecondsTimeout: Forever)", nameof(TimeLimit.None))]
    [InlineData("new System.Diagnostics.Process().WaitForExit(5)", nameof(TimeLimit.Finite))]
    [InlineData("new System.Diagnostics.Process().WaitForExit(-1)", nameof(TimeLimit.None))]
    [InlineData("e.Wait(100)", nameof(TimeLimit.Finite))]
    [InlineData("e.Wait(n)", nameof(TimeLimit.Finite))]
    [InlineData("e.Wait(span)", nameof(TimeLimit.Finite))]
    [InlineData("e.Wait(TimeSpan.FromSeconds(1), token)", nameof(TimeLimit.Finite))]
    [InlineData("e.Wait(TimeSpan.MaxValue)", nameof(TimeLimit.Finite))]
    [InlineData("e.Wait(0)", nameof(TimeLimit.Zero))]
    [InlineData("e.Wait((byte)0)", nameof(TimeLimit.Zero))]
    [InlineData("e.Wait(TimeSpan.Zero)", nameof(TimeLimit.Zero))]
    [InlineData("e.WaitHandle.WaitOne(5, true)", nameof(TimeLimit.Finite))]
    [InlineData("e.WaitHandle.WaitOne(-1, exitContext: true)", nameof(TimeLimit.None))]
    [InlineData("Task.WaitAll(tasks)", nameof(TimeLimit.None))]
    [InlineData("Task.WaitAll(tasks, 10)", nameof(TimeLimit.Finite))]
    [InlineData("Monitor.Wait(gate, 5)", nameof(TimeLimit.Finite))]
    [InlineData("Monitor.TryEnter(gate)", nameof(TimeLimit.Zero))]
    [InlineData("Monitor.TryEnter(gate, 5)", nameof(TimeLimit.Finite))]
    [InlineData("queue.Take()", nameof(TimeLimit.None))]
    [InlineData("queue.TryTake(out _)", nameof(TimeLimit.Zero))]
    [InlineData("queue.TryTake(out _, -1)", nameof(TimeLimit.None))]
    [InlineData("queue.TryTake(out _, 7, token)", nameof(TimeLimit.Finite))]
    [InlineData("done.Wait()", nameof(TimeLimit.None))]
    [InlineData("done.Wait(TimeSpan.FromSeconds(1))", nameof(TimeLimit.Finite))]
    public void Limit_IsWhatTheArgumentsSay(string call, string limit)
    {
        IInvocationOperation invocation = Bind(call);

        Assert.Equal(limit, TimeLimits.Of(invocation.TargetMethod, invocation.Arguments).ToString());
    }

    private static IInvocationOperation Bind(string call)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText($$"""
            using System;
            using System.Collections.Concurrent;
            using System.Threading;
            using System.Threading.Tasks;
            class C
            {
                private const int Forever = -1;
                void M(ManualResetEventSlim e, Task[] tasks, int n, TimeSpan span, object gate, BlockingCollection<int> queue, CancellationToken token, KThreadRuntime.Completion done)
                {
                    {{call}};
                }
            }
            """);
        var compilation = CSharpCompilation.Create(
            "Limits", [tree], [.. TestReferences.Framework, TestReferences.Runtime], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        ImmutableArray<Diagnostic> errors = [.. compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        Assert.Empty(errors);
        ExpressionSyntax statement = tree.GetRoot().DescendantNodes().OfType<ExpressionStatementSyntax>().Single().Expression;
        return Assert.IsAssignableFrom<IInvocationOperation>(compilation.GetSemanticModel(tree).GetOperation(statement));
    }
}
