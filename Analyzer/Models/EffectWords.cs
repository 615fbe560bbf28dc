namespace CrossRelease.Analyzers.Models;

/// <summary>The words of model files.</summary>
internal static class EffectWords
{
    /// <summary>The effect that a word like <c>acquire-read(1)</c> names. Throws a <see cref="FormatException"/> for any other.</summary>
    public static Effect Parse(string word)
    {
        int open = word.IndexOf('(');
        string verb = open < 0 ? word : word.Substring(0, open);
        if (open >= 0 && word[word.Length - 1] != ')')
        {
            throw new FormatException($"'{word}' does not end in ')'");
        }

        string operand = open < 0 ? "this" : word.Substring(open + 1, word.Length - open - 2);
        EffectTarget target = operand switch
        {
            "this" => EffectTarget.Receiver,
            _ when int.TryParse(operand, out int index) && index >= 0 => EffectTarget.OfParameter(index),
            _ => throw new FormatException($"unknown target '{operand}'"),
        };
        (EffectKind kind, LockMode mode) = Of(verb);
        SpawnFate fate = verb switch
        {
            "spawn-task" => SpawnFate.Kept,
            "spawn-again" or "fork-again" => SpawnFate.Repeated,
            _ => SpawnFate.Fatal,
        };
        return new Effect(kind, target, mode, IsKThread: false)
        {
            Fate = fate,
            IsClosing = verb == "close",
            Outcome = verb switch { "succeed" => TaskOutcomes.RanToCompletion, "fail" => TaskOutcomes.Faulted, "cancel" => TaskOutcomes.Canceled, _ => TaskOutcomes.All },
            UnlessArgument = verb switch { "units" => 1, "recursive" => 0, _ => null },
        };
    }

    private static (EffectKind Kind, LockMode Mode) Of(string verb) => verb switch
    {
        "acquire" => (EffectKind.Acquire, LockMode.Exclusive),
        "acquire-read" => (EffectKind.Acquire, LockMode.Read),
        "acquire-upgradeable" => (EffectKind.Acquire, LockMode.Upgradeable),
        "acquire-scope" => (EffectKind.AcquireScope, LockMode.Exclusive),
        "acquire-read-scope" => (EffectKind.AcquireScope, LockMode.Read),
        "try-acquire" => (EffectKind.TryAcquire, LockMode.Exclusive),
        "try-acquire-read" => (EffectKind.TryAcquire, LockMode.Read),
        "try-acquire-upgradeable" => (EffectKind.TryAcquire, LockMode.Upgradeable),
        "release" => (EffectKind.Release, LockMode.Exclusive),
        "release-read" => (EffectKind.Release, LockMode.Read),
        "release-upgradeable" => (EffectKind.Release, LockMode.Upgradeable),
        "release-scope" => (EffectKind.ReleaseScope, LockMode.Exclusive),
        "semaphore-wait" => (EffectKind.SemaphoreWait, LockMode.Exclusive),
        "semaphore-release" => (EffectKind.SemaphoreRelease, LockMode.Exclusive),
        "wait" => (EffectKind.Wait, LockMode.Exclusive),
        "wait-other" => (EffectKind.WaitOther, LockMode.Exclusive),
        "wait-any" => (EffectKind.WaitAny, LockMode.Exclusive),
        "signal" or "close" or "succeed" or "fail" or "cancel" => (EffectKind.Signal, LockMode.Exclusive),
        "raise" => (EffectKind.Raise, LockMode.Exclusive),
        "install-context" => (EffectKind.InstallContext, LockMode.Exclusive),
        "order" => (EffectKind.Order, LockMode.Exclusive),
        "force" => (EffectKind.Force, LockMode.Exclusive),
        "register" => (EffectKind.Register, LockMode.Exclusive),
        "condition-wait" => (EffectKind.ConditionWait, LockMode.Exclusive),
        "condition-signal" => (EffectKind.ConditionSignal, LockMode.Exclusive),
        "spawn" or "spawn-task" or "spawn-again" => (EffectKind.Spawn, LockMode.Exclusive),
        "signal-at-end" => (EffectKind.SignalAtEnd, LockMode.Exclusive),
        "callback" => (EffectKind.Callback, LockMode.Exclusive),
        "run-at-once" => (EffectKind.RunAtOnce, LockMode.Exclusive),
        "continue-at-once" => (EffectKind.ContinueAtOnce, LockMode.Exclusive),
        "fork" or "fork-again" => (EffectKind.Fork, LockMode.Exclusive),
        "reset" => (EffectKind.Reset, LockMode.Exclusive),
        "is-signalled" => (EffectKind.IsSignalled, LockMode.Exclusive),
        "is-unsignalled" => (EffectKind.IsUnsignalled, LockMode.Exclusive),
        "is-held" => (EffectKind.IsHeld, LockMode.Exclusive),
        "wait-room" => (EffectKind.WaitForRoom, LockMode.Exclusive),
        "signal-room" => (EffectKind.SignalRoom, LockMode.Exclusive),
        "start" => (EffectKind.Start, LockMode.Exclusive),
        "start-here" => (EffectKind.StartHere, LockMode.Exclusive),
        "run-queued" => (EffectKind.RunQueued, LockMode.Exclusive),
        "is-own-context" => (EffectKind.IsOwnContext, LockMode.Exclusive),
        "is-other-context" => (EffectKind.IsOtherContext, LockMode.Exclusive),
        "create-queue" => (EffectKind.CreateQueue, LockMode.Exclusive),
        "opaque" => (EffectKind.Opaque, LockMode.Exclusive),
        "end-signals" => (EffectKind.EndSignals, LockMode.Exclusive),
        "wait-finalizers" => (EffectKind.WaitForFinalizers, LockMode.Exclusive),
        "recursive" or "units" => (EffectKind.LetsHolderIn, LockMode.Exclusive),
        _ => throw new FormatException($"unknown effect '{verb}'"),
    };
}
