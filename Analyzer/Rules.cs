using System.Collections.Concurrent;
using System.Reflection;
using System.Resources;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers;

/// <summary>
/// The table of descriptors: 1xxx can deadlock, 2xxx is a hazard, 3xxx is about class granularity, 4xxx about the use of threads and
/// completions, 9xxx about what the analysis rests on. Their texts are in Texts.resx: title and description under the id, messages under the field.
/// </summary>
/// <remarks>An id is never reused and never changes its meaning once it is in a released package.</remarks>
internal static class Rules
{
    // First of all: the descriptors are made from it.
    private static readonly ResourceManager _texts = new("CrossRelease.Analyzers.Texts", typeof(Rules).Assembly);
    private static readonly ConcurrentDictionary<DiagnosticDescriptor, DiagnosticDescriptor> _elsewhere = new();

    /// <summary>Arguments: waiting method, completion, lock, signalling method, further steps (empty, or ", ..." text).</summary>
    public static readonly DiagnosticDescriptor XR1001_CrossReleaseCycle = new(
        id: "XR1001",
        title: Text("XR1001_Title"),
        messageFormat: Text("XR1001_CrossReleaseCycle_Message"),
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR1001_Description"),
        helpLinkUri: HelpLink("XR1001"));

    /// <summary>Arguments: waiting method, completion, signaller, what that waits for, context that owes it.</summary>
    public static readonly DiagnosticDescriptor XR1001_CompletionRing = Variant(XR1001_CrossReleaseCycle, "XR1001_CompletionRing_Message");

    /// <summary>Arguments: work that waits, loop that it waits for, its own loop, work of the other loop that waits for this one.</summary>
    public static readonly DiagnosticDescriptor XR1001_LoopRing = Variant(XR1001_CrossReleaseCycle, "XR1001_LoopRing_Message");

    /// <summary>Arguments: method, acquired lock, held lock, what the other contexts of the ring do.</summary>
    public static readonly DiagnosticDescriptor XR1002_LockOrderCycle = new(
        id: "XR1002",
        title: Text("XR1002_Title"),
        messageFormat: Text("XR1002_LockOrderCycle_Message"),
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR1002_Description"),
        helpLinkUri: HelpLink("XR1002"));

    /// <summary>Arguments: method, completion or lock, why only this flow could let it go, what to do.</summary>
    public static readonly DiagnosticDescriptor XR1003_SelfDeadlock = new(
        id: "XR1003",
        title: Text("XR1003_Title"),
        messageFormat: Text("XR1003_SelfDeadlock_Message"),
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR1003_Description"),
        helpLinkUri: HelpLink("XR1003"));

    /// <summary>Arguments: method, lock, "reading" or "writing", method that reads already, why that blocks, what to do.</summary>
    public static readonly DiagnosticDescriptor XR1004_ReadUpgrade = new(
        id: "XR1004",
        title: Text("XR1004_Title"),
        messageFormat: Text("XR1004_ReadUpgrade_Message"),
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR1004_Description"),
        helpLinkUri: HelpLink("XR1004"));

    /// <summary>Arguments: waiting method, completion, who leaves it unsignalled and what to do.</summary>
    public static readonly DiagnosticDescriptor XR1005_LostCompletion = new(
        id: "XR1005",
        title: Text("XR1005_Title"),
        messageFormat: Text("XR1005_LostCompletion_Message"),
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR1005_Description"),
        helpLinkUri: HelpLink("XR1005"));

    /// <summary>Arguments: blocked method, task, context's loop, async method.</summary>
    public static readonly DiagnosticDescriptor XR1006_BlockedContext = new(
        id: "XR1006",
        title: Text("XR1006_Title"),
        messageFormat: Text("XR1006_BlockedContext_Message"),
        category: Category.Deadlock,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR1006_Description"),
        helpLinkUri: HelpLink("XR1006"));

    /// <summary>Arguments: blocked method, completion, loop.</summary>
    public static readonly DiagnosticDescriptor XR1006_BlockedContinuation = Variant(XR1006_BlockedContext, "XR1006_BlockedContinuation_Message");

    /// <summary>Arguments: blocked method, completion, loop of the scheduler, function that has to run there.</summary>
    public static readonly DiagnosticDescriptor XR1006_BlockedScheduler = Variant(XR1006_BlockedContext, "XR1006_BlockedScheduler_Message");

    /// <summary>Arguments: blocked method, completion, loop of the context, what signals.</summary>
    public static readonly DiagnosticDescriptor XR1006_BlockedTurn = Variant(XR1006_BlockedContext, "XR1006_BlockedTurn_Message");

    /// <summary>Arguments: blocked method, completion, loop of a context, method that goes on there.</summary>
    public static readonly DiagnosticDescriptor XR1006_BlockedCaller = Variant(XR1006_BlockedContext, "XR1006_BlockedCaller_Message");

    /// <summary>Arguments: waiting method, completion, lock, what is known of the signaller (empty, or "; ..." text).</summary>
    public static readonly DiagnosticDescriptor XR2001_WaitUnderLock = new(
        id: "XR2001",
        title: Text("XR2001_Title"),
        messageFormat: Text("XR2001_WaitUnderLock_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR2001_Description"),
        helpLinkUri: HelpLink("XR2001"));

    /// <summary>Arguments: waiting method, monitor, other lock, who is kept out by it.</summary>
    public static readonly DiagnosticDescriptor XR2002_NestedMonitorWait = new(
        id: "XR2002",
        title: Text("XR2002_Title"),
        messageFormat: Text("XR2002_NestedMonitorWait_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR2002_Description"),
        helpLinkUri: HelpLink("XR2002"));

    /// <summary>Arguments: method, lock, what runs, advice.</summary>
    public static readonly DiagnosticDescriptor XR2003_ForeignCodeUnderLock = new(
        id: "XR2003",
        title: Text("XR2003_Title"),
        messageFormat: Text("XR2003_ForeignCodeUnderLock_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR2003_Description"),
        helpLinkUri: HelpLink("XR2003"));

    /// <summary>Arguments: method, lock, how the thread may change ("awaits", "yields").</summary>
    public static readonly DiagnosticDescriptor XR2004_LockHeldOverAwait = new(
        id: "XR2004",
        title: Text("XR2004_Title"),
        messageFormat: Text("XR2004_LockHeldOverAwait_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR2004_Description"),
        helpLinkUri: HelpLink("XR2004"));

    /// <summary>Arguments: method, lock, how it leaves.</summary>
    public static readonly DiagnosticDescriptor XR2005_LockNotReleased = new(
        id: "XR2005",
        title: Text("XR2005_Title"),
        messageFormat: Text("XR2005_LockNotReleased_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR2005_Description"),
        helpLinkUri: HelpLink("XR2005"));

    /// <summary>Arguments: method, lock.</summary>
    public static readonly DiagnosticDescriptor XR2005_AnswerHidesLock = Variant(XR2005_LockNotReleased, "XR2005_AnswerHidesLock_Message");

    /// <summary>Arguments: method, method that acquires, lock, advice.</summary>
    public static readonly DiagnosticDescriptor XR2005_HandleDropped = Variant(XR2005_LockNotReleased, "XR2005_HandleDropped_Message");

    /// <summary>Arguments: waiting method, completion, who waits for the initialiser.</summary>
    public static readonly DiagnosticDescriptor XR2006_WaitInInitializer = new(
        id: "XR2006",
        title: Text("XR2006_Title"),
        messageFormat: Text("XR2006_WaitInInitializer_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR2006_Description"),
        helpLinkUri: HelpLink("XR2006"));

    /// <summary>Arguments: waiting method, completion, lock, what is known of the signaller.</summary>
    public static readonly DiagnosticDescriptor XR2007_StallUnderLock = new(
        id: "XR2007",
        title: Text("XR2007_Title"),
        messageFormat: Text("XR2007_StallUnderLock_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: Text("XR2007_Description"),
        helpLinkUri: HelpLink("XR2007"));

    /// <summary>Arguments: method, lock or completion, what it does to that, what the attribute says, what to do.</summary>
    public static readonly DiagnosticDescriptor XR2008_BrokenDeclaration = new(
        id: "XR2008",
        title: Text("XR2008_Title"),
        messageFormat: Text("XR2008_BrokenDeclaration_Message"),
        category: Category.Hazard,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR2008_Description"),
        helpLinkUri: HelpLink("XR2008"));

    /// <summary>Arguments: one completion, another one, who waits for the first, lock, who signals the second, advice, what the class is of.</summary>
    public static readonly DiagnosticDescriptor XR3001_ClassClosesRing = new(
        id: "XR3001",
        title: Text("XR3001_Title"),
        messageFormat: Text("XR3001_ClassClosesRing_Message"),
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR3001_Description"),
        helpLinkUri: HelpLink("XR3001"));

    /// <summary>Arguments: one completion, another one, who waits for the first, lock, who waits for the second, advice, what the class is of.</summary>
    public static readonly DiagnosticDescriptor XR3001_ClassIsShared = Variant(XR3001_ClassClosesRing, "XR3001_ClassIsShared_Message");

    /// <summary>Arguments: outer lock, inner lock, method that acquires it, advice.</summary>
    public static readonly DiagnosticDescriptor XR3001_ClassNests = Variant(XR3001_ClassClosesRing, "XR3001_ClassNests_Message");

    /// <summary>Arguments: wrapping member, type that it creates.</summary>
    public static readonly DiagnosticDescriptor XR3002_WrapperHidesSite = new(
        id: "XR3002",
        title: Text("XR3002_Title"),
        messageFormat: Text("XR3002_WrapperHidesSite_Message"),
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR3002_Description"),
        helpLinkUri: HelpLink("XR3002"));

    /// <summary>Arguments: key, what makes it name no class or several, where to keep it.</summary>
    public static readonly DiagnosticDescriptor XR3003_KeyIsNoClass = new(
        id: "XR3003",
        title: Text("XR3003_Title"),
        messageFormat: Text("XR3003_KeyIsNoClass_Message"),
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR3003_Description"),
        helpLinkUri: HelpLink("XR3003"));

    /// <summary>Arguments: key, one type, the other type, member that uses the key for the other.</summary>
    public static readonly DiagnosticDescriptor XR3003_KeyOfUnrelatedObjects = Variant(XR3003_KeyIsNoClass, "XR3003_KeyOfUnrelatedObjects_Message");

    /// <summary>Arguments: method, lock, member that leads to the inner one.</summary>
    public static readonly DiagnosticDescriptor XR3004_NestedInstances = new(
        id: "XR3004",
        title: Text("XR3004_Title"),
        messageFormat: Text("XR3004_NestedInstances_Message"),
        category: Category.Granularity,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: Text("XR3004_Description"),
        helpLinkUri: HelpLink("XR3004"));

    /// <summary>Arguments: thread's function, what it never looks at, what then waits, advice.</summary>
    public static readonly DiagnosticDescriptor XR4001_StopIsNeverSeen = new(
        id: "XR4001",
        title: Text("XR4001_Title"),
        messageFormat: Text("XR4001_StopIsNeverSeen_Message"),
        category: Category.Threads,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR4001_Description"),
        helpLinkUri: HelpLink("XR4001"));

    /// <summary>Arguments: waiting method, completion, signalling call, call that takes signals back.</summary>
    public static readonly DiagnosticDescriptor XR4002_CompletionReused = new(
        id: "XR4002",
        title: Text("XR4002_Title"),
        messageFormat: Text("XR4002_CompletionReused_Message"),
        category: Category.Threads,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR4002_Description"),
        helpLinkUri: HelpLink("XR4002"));

    /// <summary>Arguments: method, completion, signalling call.</summary>
    public static readonly DiagnosticDescriptor XR4002_DisposedBeforeSignal = Variant(XR4002_CompletionReused, "XR4002_DisposedBeforeSignal_Message");

    /// <summary>Arguments: line, file, what is wrong with it.</summary>
    public static readonly DiagnosticDescriptor XR9002_UnreadableModel = new(
        id: "XR9002",
        title: Text("XR9002_Title"),
        messageFormat: Text("XR9002_UnreadableModel_Message"),
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR9002_Description"),
        helpLinkUri: HelpLink("XR9002"));

    /// <summary>Arguments: option, what is wrong with its value.</summary>
    public static readonly DiagnosticDescriptor XR9002_UnreadableOption = Variant(XR9002_UnreadableModel, "XR9002_UnreadableOption_Message");

    /// <summary>Arguments: attribute, member that has it, what is wrong with it.</summary>
    public static readonly DiagnosticDescriptor XR9002_UnreadableAttribute = Variant(XR9002_UnreadableModel, "XR9002_UnreadableAttribute_Message");

    /// <summary>Arguments: method, which budgets.</summary>
    public static readonly DiagnosticDescriptor XR9003_AnalysisCutShort = new(
        id: "XR9003",
        title: Text("XR9003_Title"),
        messageFormat: Text("XR9003_AnalysisCutShort_Message"),
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: Text("XR9003_Description"),
        helpLinkUri: HelpLink("XR9003"));

    /// <summary>Arguments: fingerprint, reason.</summary>
    public static readonly DiagnosticDescriptor XR9004_StaleBaselineEntry = new(
        id: "XR9004",
        title: Text("XR9004_Title"),
        messageFormat: Text("XR9004_StaleBaselineEntry_Message"),
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: Text("XR9004_Description"),
        helpLinkUri: HelpLink("XR9004"));

    /// <summary>Arguments: rule, method where it is reported, its message.</summary>
    public static readonly DiagnosticDescriptor XR9005_OtherSide = new(
        id: "XR9005",
        title: Text("XR9005_Title"),
        messageFormat: Text("XR9005_OtherSide_Message"),
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: Text("XR9005_Description"),
        helpLinkUri: HelpLink("XR9005"));

    /// <summary>Arguments: suppressed rule, where to write the reason.</summary>
    public static readonly DiagnosticDescriptor XR9006_SuppressionWithoutReason = new(
        id: "XR9006",
        title: Text("XR9006_Title"),
        messageFormat: Text("XR9006_SuppressionWithoutReason_Message"),
        category: Category.Evidence,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: Text("XR9006_Description"),
        helpLinkUri: HelpLink("XR9006"));

    /// <summary>The rule for a report with steps in other assemblies, told in words: not every host shows such places. Last argument: those steps.</summary>
    /// <param name="argument">The number of that argument.</param>
    public static DiagnosticDescriptor WithStepsElsewhere(DiagnosticDescriptor rule, int argument) => _elsewhere.GetOrAdd(rule, _ => new DiagnosticDescriptor(
        rule.Id,
        rule.Title,
        new MessageWithSteps(rule.MessageFormat, Text("StepsElsewhere"), argument),
        rule.Category,
        rule.DefaultSeverity,
        rule.IsEnabledByDefault,
        rule.Description,
        rule.HelpLinkUri,
        [.. rule.CustomTags]));

    // The same rule with another message.
    private static DiagnosticDescriptor Variant(DiagnosticDescriptor rule, string message) =>
        new(rule.Id, rule.Title, Text(message), rule.Category, rule.DefaultSeverity, rule.IsEnabledByDefault, rule.Description, rule.HelpLinkUri);

    // A text of Texts.resx, in the language of whoever reads it.
    private static LocalizableResourceString Text(string name) => new(name, _texts, typeof(Rules));

    private static string? HelpLink(string id) => PageOf(id, typeof(Rules).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(static metadata => metadata.Key == "CrossReleaseProjectUrl")?.Value);

    /// <summary>The address of a rule's page; null where no project's is given, since a dead link is worse than none.</summary>
    internal static string? PageOf(string id, string? projectUrl) =>
        string.IsNullOrEmpty(projectUrl) ? null : $"{projectUrl!.TrimEnd('/')}/blob/main/docs/rules/{id}.md";

    private static class Category
    {
        public const string Deadlock = "Deadlock";
        public const string Hazard = "Hazard";
        public const string Granularity = "Granularity";
        public const string Threads = "Threads";
        public const string Evidence = "Evidence";
    }
}
