using System.Reflection;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers;

/// <summary>The table of descriptors: 1xxx can deadlock, 2xxx is a hazard, 3xxx is about class granularity.</summary>
/// <remarks>An id is never reused and never changes its meaning once it is in a released package.</remarks>
internal static class Rules
{
    /// <summary>Arguments: waiting method, completion, lock, signalling method, further steps (empty, or ", ..." text).</summary>
    public static readonly DiagnosticDescriptor XR1001_CrossReleaseCycle = new(
        id: "XR1001",
        title: "Waits for a completion while holding a lock that its signaller needs first",
        messageFormat: "'{0}' waits for '{1}' while holding '{2}', but '{3}', which signals it, needs '{2}' first{4}. Wait after releasing '{2}'.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The waiter keeps the lock until the completion is signalled, and the signaller cannot signal before it has the lock: each waits for the other.",
        helpLinkUri: HelpLink("XR1001"));

    /// <summary>Arguments: method, acquired lock, held lock, what the other contexts of the ring do.</summary>
    public static readonly DiagnosticDescriptor XR1002_LockOrderCycle = new(
        id: "XR1002",
        title: "Locks are acquired in opposite orders",
        messageFormat: "'{0}' acquires '{1}' while holding '{2}', but {3}. Acquire them in one order everywhere.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Two contexts that each hold one lock of the cycle and ask for the next one wait for each other for ever.",
        helpLinkUri: HelpLink("XR1002"));

    /// <summary>Arguments: waiting method, completion, method that owes it, how it leaves, what it does on other ways ("signals", "releases").</summary>
    public static readonly DiagnosticDescriptor XR1005_LostCompletion = new(
        id: "XR1005",
        title: "Waits for a completion that a path never signals",
        messageFormat: "'{0}' waits for '{1}' without limit, but '{2}', which {4} it, can {3} before it does. Do it on every path.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Nobody else signals the completion: once its only signaller has left by the other path, whoever waits for it waits for ever.",
        helpLinkUri: HelpLink("XR1005"));

    /// <summary>Arguments: waiting method, completion, lock, what is known of the signaller (empty, or "; ..." text).</summary>
    public static readonly DiagnosticDescriptor XR2001_WaitUnderLock = new(
        id: "XR2001",
        title: "Waits without limit while holding a lock",
        messageFormat: "'{0}' waits for '{1}' without limit while holding '{2}', and nothing shows that its signaller never needs '{2}'{3}. Wait after releasing '{2}'.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Whoever needs the lock now also waits for the completion; when the signaller is among them, that is a deadlock.",
        helpLinkUri: HelpLink("XR2001"));

    /// <summary>Arguments: method, lock, how the thread may change ("awaits", "yields").</summary>
    public static readonly DiagnosticDescriptor XR2004_LockHeldOverAwait = new(
        id: "XR2004",
        title: "Holds a lock of its thread while the thread may change",
        messageFormat: "'{0}' {2} while holding '{1}', which only the thread that acquired it can release. Release it before, or use a semaphore.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What follows may run on another thread, or never: then the release fails, and the lock stays held by a thread that has gone on to other work.",
        helpLinkUri: HelpLink("XR2004"));

    /// <summary>Arguments: method, lock, how it leaves.</summary>
    public static readonly DiagnosticDescriptor XR2005_LockNotReleased = new(
        id: "XR2005",
        title: "Lock is not released on some path",
        messageFormat: "'{0}' acquires '{1}' and can {2} without releasing it. Release it in a finally block.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The next one to ask for the lock waits for ever, since whoever has it will not come back to release it.",
        helpLinkUri: HelpLink("XR2005"));

    /// <summary>Arguments: wrapping member, type that it creates.</summary>
    public static readonly DiagnosticDescriptor XR3002_WrapperHidesSite = new(
        id: "XR3002",
        title: "Wrapper hides the creation site",
        messageFormat: "'{0}' hands out a new '{1}' without its caller's site, so all of its callers share one lock class. Pass the caller's file, line and member on, or a LockClassKey.",
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A lock class is named by the line that creates the object. A factory that does not pass its caller's line on puts unrelated objects in one class, and their orders are then judged together.",
        helpLinkUri: HelpLink("XR3002"));

    private static string? HelpLink(string id)
    {
        foreach (var metadata in typeof(Rules).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>())
        {
            if (metadata.Key == "CrossReleaseProjectUrl" && !string.IsNullOrEmpty(metadata.Value))
            {
                return $"{metadata.Value!.TrimEnd('/')}/blob/main/docs/rules/{id}.md";
            }
        }

        return null;
    }

    private static class Category
    {
        public const string Deadlock = "Deadlock";
        public const string Hazard = "Hazard";
        public const string Granularity = "Granularity";
    }
}
