using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers;

/// <summary>
/// The table of descriptors: 1xxx can deadlock, 2xxx is a hazard, 3xxx is about class granularity, 4xxx about the use of threads and
/// completions, 9xxx about what the analysis rests on.
/// </summary>
/// <remarks>An id is never reused and never changes its meaning once it is in a released package.</remarks>
internal static class Rules
{
    private static readonly ConcurrentDictionary<DiagnosticDescriptor, DiagnosticDescriptor> _elsewhere = new();

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

    /// <summary>Arguments: waiting method, completion, signaller, what that waits for, context that owes it.</summary>
    public static readonly DiagnosticDescriptor XR1001_CompletionRing = new(
        id: "XR1001",
        title: XR1001_CrossReleaseCycle.Title,
        messageFormat: "'{0}' waits for '{1}', but {2}, which signals it, waits for '{3}' first, which only '{4}' signals, and not before this wait. Signal before waiting, or let only one of them wait.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR1001_CrossReleaseCycle.Description,
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

    /// <summary>Arguments: method, completion or lock, why only this flow could let it go, what to do.</summary>
    public static readonly DiagnosticDescriptor XR1003_SelfDeadlock = new(
        id: "XR1003",
        title: "Waits for itself",
        messageFormat: "'{0}' waits for '{1}', which only the waiting flow itself can let go: {2}. {3}.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A context that joins its own thread or task, or takes a lock again that it holds and that is not re-entrant, waits for something that can only happen after the wait.",
        helpLinkUri: HelpLink("XR1003"));

    /// <summary>Arguments: method, lock, "reading" or "writing", method that reads already, why that blocks, what to do.</summary>
    public static readonly DiagnosticDescriptor XR1004_ReadUpgrade = new(
        id: "XR1004",
        title: "Asks for a reader/writer lock while reading under it",
        messageFormat: "'{0}' acquires '{1}' for {2} while '{3}' holds it for reading, in the same flow: {4}. {5}.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A writer waits until all readers have left, and a reader may have to wait behind a writer: a flow that reads already then waits for itself.",
        helpLinkUri: HelpLink("XR1004"));

    /// <summary>Arguments: waiting method, completion, who leaves it unsignalled and what to do.</summary>
    public static readonly DiagnosticDescriptor XR1005_LostCompletion = new(
        id: "XR1005",
        title: "Waits for a completion that a path never signals",
        messageFormat: "'{0}' waits for '{1}' without limit, but {2}",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Nobody else signals the completion: once its only signaller has left by the other path, whoever waits for it waits for ever.",
        helpLinkUri: HelpLink("XR1005"));

    /// <summary>Arguments: blocked method, task, context's loop, async method.</summary>
    public static readonly DiagnosticDescriptor XR1006_BlockedContext = new(
        id: "XR1006",
        title: "Blocks the context that the awaited work needs",
        messageFormat: "'{0}' blocks on '{1}' in the synchronization context that '{2}' runs, but '{3}' must go on in that context first. Await it, or use ConfigureAwait(false) there.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The thread that waits is the only one that could run what it waits for: the rest of an async method that goes on in its synchronization context, or the next turn of the loop that a continuation runs in.",
        helpLinkUri: HelpLink("XR1006"));

    /// <summary>Arguments: blocked method, completion, loop.</summary>
    public static readonly DiagnosticDescriptor XR1006_BlockedContinuation = new(
        id: "XR1006",
        title: XR1006_BlockedContext.Title,
        messageFormat: "'{0}' blocks on '{1}' in a continuation that '{2}' runs inside its signal, but only '{2}' could signal '{1}'. Use TaskCreationOptions.RunContinuationsAsynchronously, or await it.",
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR1006_BlockedContext.Description,
        helpLinkUri: HelpLink("XR1006"));

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

    /// <summary>Arguments: waiting method, monitor, other lock, who is kept out by it.</summary>
    public static readonly DiagnosticDescriptor XR2002_NestedMonitorWait = new(
        id: "XR2002",
        title: "Monitor.Wait while a second lock is held",
        messageFormat: "'{0}' waits for a pulse of '{1}' and keeps '{2}' meanwhile: {3}. Wait after releasing '{2}'.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Monitor.Wait releases the monitor it waits on, and no other lock. Whoever needs the other lock on the way to the pulse never pulses.",
        helpLinkUri: HelpLink("XR2002"));

    /// <summary>Arguments: method, lock, what runs, advice.</summary>
    public static readonly DiagnosticDescriptor XR2003_ForeignCodeUnderLock = new(
        id: "XR2003",
        title: "Runs code of others while holding a lock",
        messageFormat: "'{0}' runs {2}, while it holds '{1}'. {3} '{1}'.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Continuations of a task source, callbacks registered with a token, handlers and observers run in the context that calls them and under its locks; what they acquire or wait for is ordered after a lock they know nothing of.",
        helpLinkUri: HelpLink("XR2003"));

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

    /// <summary>Arguments: waiting method, completion, who waits for the initialiser.</summary>
    public static readonly DiagnosticDescriptor XR2006_WaitInInitializer = new(
        id: "XR2006",
        title: "Waits without limit in an initializer or finalizer",
        messageFormat: "'{0}' waits for '{1}' without limit while {2} waits for this code to end; whoever signals it may be among them. Start the work here and wait for it where it is needed.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The runtime holds a lock of its own while it runs a static constructor, a static field's initializer, a module initializer or a Lazy factory, and has one thread for finalizers. A wait in there for something that needs the same type, value or thread never ends.",
        helpLinkUri: HelpLink("XR2006"));

    /// <summary>Arguments: waiting method, completion, lock, what is known of the signaller.</summary>
    public static readonly DiagnosticDescriptor XR2007_StallUnderLock = new(
        id: "XR2007",
        title: "Waits with a time limit while holding a lock",
        messageFormat: "'{0}' waits for '{1}' with a time limit while holding '{2}', and {3} '{2}': until the limit, nobody gets on who needs it. Wait after releasing '{2}'.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "A limit turns a deadlock into a stall: the lock stays held for as long as the limit allows, and the wait fails though nothing was wrong but its place.",
        helpLinkUri: HelpLink("XR2007"));

    /// <summary>Arguments: method, lock or completion, what it does to that, what the attribute says, what to do.</summary>
    public static readonly DiagnosticDescriptor XR2008_BrokenDeclaration = new(
        id: "XR2008",
        title: "Code does not keep what an attribute declares",
        messageFormat: "'{0}' {2} '{1}', but {3}. {4}.",
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What an attribute declares of locks and waits is taken for true wherever the member is called, by the analyzer as by people; where the code does otherwise, both are misled.",
        helpLinkUri: HelpLink("XR2008"));

    /// <summary>Arguments: one completion, another one, who waits for the first, lock, who signals the second, advice.</summary>
    public static readonly DiagnosticDescriptor XR3001_ClassClosesRing = new(
        id: "XR3001",
        title: "Lock class is too coarse",
        messageFormat: "All that this line creates is one lock class: '{2}' waits for '{0}' while holding '{3}', and '{4}', which signals '{1}', acquires '{3}' first, so the class closes a ring that no objects can. {5}.",
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A lock class is named by the line that creates the object. Where one line serves several purposes, the orders of one are held against the others, and the validator's reports are of deadlocks that cannot happen.",
        helpLinkUri: HelpLink("XR3001"));

    /// <summary>Arguments: one completion, another one, who waits for the first, lock, who waits for the second, advice.</summary>
    public static readonly DiagnosticDescriptor XR3001_ClassIsShared = new(
        id: "XR3001",
        title: XR3001_ClassClosesRing.Title,
        messageFormat: "All that this line creates is one lock class: '{2}' waits for '{0}' while holding '{3}', '{4}' waits for '{1}' without it, and each has signallers of its own, so what is learned of one is held against the other. {5}.",
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR3001_ClassClosesRing.Description,
        helpLinkUri: HelpLink("XR3001"));

    /// <summary>Arguments: outer lock, inner lock, method that acquires it, advice.</summary>
    public static readonly DiagnosticDescriptor XR3001_ClassNests = new(
        id: "XR3001",
        title: XR3001_ClassClosesRing.Title,
        messageFormat: "All that this line creates is one lock class: '{2}' acquires '{1}' while holding '{0}', so their order is one within a class, and the validator learns it for each pair of objects anew. {3}.",
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR3001_ClassClosesRing.Description,
        helpLinkUri: HelpLink("XR3001"));

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

    /// <summary>Arguments: key, what makes it name no class or several, where to keep it.</summary>
    public static readonly DiagnosticDescriptor XR3003_KeyIsNoClass = new(
        id: "XR3003",
        title: "LockClassKey does not name one lock class",
        messageFormat: "The LockClassKey '{0}' {1}. {2}.",
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A key is the identity of one lock class: of objects that obey the same rules, wherever they are made. One made anew each time, replaced, or shared by objects of different kinds names something else.",
        helpLinkUri: HelpLink("XR3003"));

    /// <summary>Arguments: key, one type, the other type, member that uses the key for the other.</summary>
    public static readonly DiagnosticDescriptor XR3003_KeyOfUnrelatedObjects = new(
        id: "XR3003",
        title: XR3003_KeyIsNoClass.Title,
        messageFormat: "The LockClassKey '{0}' puts a '{1}' and the '{2}' of '{3}' in one lock class, though they obey different rules. Give each a key of its own.",
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR3003_KeyIsNoClass.Description,
        helpLinkUri: HelpLink("XR3003"));

    /// <summary>Arguments: method, lock, member that leads to the inner one.</summary>
    public static readonly DiagnosticDescriptor XR3004_NestedInstances = new(
        id: "XR3004",
        title: "Locks of one class nest without a declared order",
        messageFormat: "'{0}' acquires '{1}' of '{2}' while holding '{1}' of the object that keeps it; both are of one lock class, and nothing declares that owners come first. Say so with Lockdep.SetOrder, or give the inner one a subclass or a LockClassKey.",
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "An order within a class shows only in its instances. Undeclared, the validator learns it pair by pair, and the opposite order is reported only when it meets the same two objects.",
        helpLinkUri: HelpLink("XR3004"));

    /// <summary>Arguments: thread's function, what it never looks at, what then waits, advice.</summary>
    public static readonly DiagnosticDescriptor XR4001_StopIsNeverSeen = new(
        id: "XR4001",
        title: "Thread function never sees that it should stop or park",
        messageFormat: "'{0}', the function of a KThread, never {1}, so '{2}' waits {3}. {4}.",
        category: Category.Threads,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Stop and Park ask, and wait until the thread has obeyed. A function that does not look at the request obeys only by chance.",
        helpLinkUri: HelpLink("XR4001"));

    /// <summary>Arguments: waiting method, completion, signalling call, call that takes signals back.</summary>
    public static readonly DiagnosticDescriptor XR4002_CompletionReused = new(
        id: "XR4002",
        title: "Completion is used again without being reset, or disposed before its signal",
        messageFormat: "'{0}' waits for '{1}' in every round, but '{2}' lets all later waits pass, so from the second round on nobody waits. Call {3} before each round.",
        category: Category.Threads,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A completion that is done for all stays done until it is reset, and one that is disposed may be signalled no more: who waits again does not wait, and who signals too late fails.",
        helpLinkUri: HelpLink("XR4002"));

    /// <summary>Arguments: method, completion, signalling call.</summary>
    public static readonly DiagnosticDescriptor XR4002_DisposedBeforeSignal = new(
        id: "XR4002",
        title: XR4002_CompletionReused.Title,
        messageFormat: "'{0}' gives up waiting for '{1}' after a time and disposes it, but '{2}' may still come, and throws then. Wait for the signaller without limit, or let it own '{1}'.",
        category: Category.Threads,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR4002_CompletionReused.Description,
        helpLinkUri: HelpLink("XR4002"));

    /// <summary>Arguments: line, file, what is wrong with it.</summary>
    public static readonly DiagnosticDescriptor XR9002_UnreadableModel = new(
        id: "XR9002",
        title: "Model file, option or attribute cannot be read",
        messageFormat: "Line {0} of '{1}' does not count: {2}. Mend or remove it; the other lines count.",
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What a project tells the analyzer, in model files, options and attributes, is left out where it cannot be understood; deadlocks may then be missed or reported wrongly.",
        helpLinkUri: HelpLink("XR9002"));

    /// <summary>Arguments: option, what is wrong with its value.</summary>
    public static readonly DiagnosticDescriptor XR9002_UnreadableOption = new(
        id: "XR9002",
        title: XR9002_UnreadableModel.Title,
        messageFormat: "The option '{0}' does not count as it is: {1}. Mend or remove it.",
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR9002_UnreadableModel.Description,
        helpLinkUri: HelpLink("XR9002"));

    /// <summary>Arguments: attribute, member that has it, what is wrong with it.</summary>
    public static readonly DiagnosticDescriptor XR9002_UnreadableAttribute = new(
        id: "XR9002",
        title: XR9002_UnreadableModel.Title,
        messageFormat: "[{0}] on '{1}' does not count as it is: {2}. Mend or remove it.",
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: XR9002_UnreadableModel.Description,
        helpLinkUri: HelpLink("XR9002"));

    /// <summary>Arguments: method, which budgets.</summary>
    public static readonly DiagnosticDescriptor XR9003_AnalysisCutShort = new(
        id: "XR9003",
        title: "Analysis is cut short",
        messageFormat: "The analysis of '{0}' is cut short, because {1}. Deadlocks that only the rest would show are missed.",
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "The analyzer bounds what each method may cost, so that it stays fast on any code. Where a bound is met, it says so instead of dropping results in silence.",
        helpLinkUri: HelpLink("XR9003"));

    /// <summary>Arguments: fingerprint, reason.</summary>
    public static readonly DiagnosticDescriptor XR9004_StaleBaselineEntry = new(
        id: "XR9004",
        title: "Baseline entry names no finding",
        messageFormat: "No finding of this project has the fingerprint {0} ({1}). Remove the entry.",
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "What the entry was written for is mended, or has become another finding. A baseline that keeps such entries hides the day when the fault comes back.",
        helpLinkUri: HelpLink("XR9004"));

    /// <summary>Arguments: rule, method where it is reported, its message.</summary>
    public static readonly DiagnosticDescriptor XR9005_OtherSide = new(
        id: "XR9005",
        title: "Other side of a deadlock that is reported elsewhere",
        messageFormat: "This is a step of the deadlock that {0} reports in '{1}': {2}",
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "A deadlock has one report, at one of its places; whoever changes the other side should know of it, and may be the one who can mend it.",
        helpLinkUri: HelpLink("XR9005"));

    /// <summary>Arguments: suppressed rule, where to write the reason.</summary>
    public static readonly DiagnosticDescriptor XR9006_SuppressionWithoutReason = new(
        id: "XR9006",
        title: "Suppression gives no reason",
        messageFormat: "{0} is suppressed here, and nothing says why it cannot happen. {1}.",
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Whoever changes the code next must know what keeps the deadlock away, or takes it out unawares.",
        helpLinkUri: HelpLink("XR9006"));

    /// <summary>The rule for a report with steps in other assemblies, told in words: not every host shows such places. Last argument: those steps.</summary>
    /// <param name="argument">The number of that argument.</param>
    public static DiagnosticDescriptor WithStepsElsewhere(DiagnosticDescriptor rule, int argument) => _elsewhere.GetOrAdd(rule, _ => new DiagnosticDescriptor(
        rule.Id,
        rule.Title,
        $"{rule.MessageFormat} Steps elsewhere: {{{argument}}}.",
        rule.Category,
        rule.DefaultSeverity,
        rule.IsEnabledByDefault,
        rule.Description,
        rule.HelpLinkUri,
        [.. rule.CustomTags]));

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
        public const string Threads = "Threads";
        public const string Evidence = "Evidence";
    }
}
