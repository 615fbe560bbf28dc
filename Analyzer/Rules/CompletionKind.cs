using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers;

/// <summary>How a type of completions is waited for, signalled and reset.</summary>
/// <param name="SignalAll">The member after which all waits pass until a reset; null where each signal lets one wait pass.</param>
/// <param name="Reset">The member that takes signals back.</param>
/// <param name="ThrowsOnceDisposed">Whether a signal after the disposal throws. ManualResetEventSlim.Set does not.</param>
internal sealed record CompletionKind(string Type, ImmutableArray<string> Waits, ImmutableArray<string> Signals, string? SignalAll, string? Reset, bool ThrowsOnceDisposed)
{
    private static readonly ImmutableArray<string> _waitOne = ["WaitOne"];
    private static readonly ImmutableArray<string> _wait = ["Wait", "WaitAsync"];

    private static readonly ImmutableDictionary<string, CompletionKind> _kinds = new[]
    {
        new CompletionKind("KThreadRuntime.Completion", _wait, ["Complete", "CompleteAll"], "CompleteAll", "Reinitialize", false),
        new CompletionKind("System.Threading.ManualResetEventSlim", _wait, ["Set"], "Set", "Reset", false),
        new CompletionKind("System.Threading.ManualResetEvent", _waitOne, ["Set"], "Set", "Reset", true),
        new CompletionKind("System.Threading.AutoResetEvent", _waitOne, ["Set"], null, null, true),
        new CompletionKind("System.Threading.CountdownEvent", _wait, ["Signal"], null, null, true),
        new CompletionKind("System.Threading.SemaphoreSlim", _wait, ["Release"], null, null, true),
        new CompletionKind("System.Threading.Semaphore", _waitOne, ["Release"], null, null, true),
    }.ToImmutableDictionary(static kind => kind.Type.Substring(kind.Type.LastIndexOf('.') + 1), StringComparer.Ordinal);

    /// <summary>Whether signals last until they are taken back.</summary>
    public bool IsReset => SignalAll is not null;

    /// <summary>The kind of a field or local; null for anything else.</summary>
    public static CompletionKind? Of(ISymbol variable)
    {
        ITypeSymbol? type = variable switch
        {
            ILocalSymbol local => local.Type,
            IFieldSymbol field => field.Type,
            _ => null,
        };
        return type is not null && _kinds.TryGetValue(type.Name, out CompletionKind? kind) && type.ContainingNamespace + "." + type.Name == kind.Type ? kind : null;
    }
}
