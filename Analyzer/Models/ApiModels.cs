using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Models;

/// <summary>
/// What the calls of known APIs mean, read from the model files in this folder. A model file has one member a line,
/// <c>Namespace.Type::Member effect(target) …</c>; its head explains the words.
/// </summary>
internal sealed class ApiModels
{
    private static readonly Lazy<ApiModels> _shipped = new(ReadShipped);
    private static readonly char[] _blanks = [' ', '\t'];

    private readonly ImmutableDictionary<string, ImmutableArray<Effect>> _effects;
    private readonly Dictionary<string, ImmutableHashSet<string>> _typeNames;

    private readonly ImmutableHashSet<string> _synchronizers;

    private ApiModels(ImmutableDictionary<string, ImmutableArray<Effect>> effects)
    {
        _effects = effects;
        _synchronizers = effects
            .Where(static line => line.Value.Any(static effect => effect.Target.IsReceiver && effect.Kind is <= EffectKind.Raise or EffectKind.EndSignals))
            .Select(static line => SimpleTypeName(line.Key)).ToImmutableHashSet(StringComparer.Ordinal);
        _typeNames = effects.Keys
            .GroupBy(static key => key.Substring(key.LastIndexOf(':') + 1), StringComparer.Ordinal)
            .ToDictionary(
                static member => member.Key,
                static member => member.Select(static key => SimpleTypeName(key)).ToImmutableHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
    }

    /// <summary>The tables of the base library and of KThreadRuntime.</summary>
    public static ApiModels Shipped => _shipped.Value;

    /// <summary>Whether some modelled member has this name: a filter on syntax, before any symbol is asked for.</summary>
    public bool MayModel(string memberName) => _typeNames.ContainsKey(memberName);

    /// <summary>Whether a type of this simple name has members that lock, wait for or signal the object itself.</summary>
    public bool IsSynchronizer(string typeName) => _synchronizers.Contains(typeName);

    /// <summary>The effects of a member, empty if it has no model. Members of generic types are found by their definition.</summary>
    /// <param name="receiver">The static type it is called on: what a base type declares may mean more in a derived one.</param>
    public ImmutableArray<Effect> Of(ISymbol member, ITypeSymbol? receiver = null)
    {
        if (!_typeNames.TryGetValue(member.Name, out ImmutableHashSet<string>? types))
        {
            return [];
        }

        for (INamedTypeSymbol? type = receiver as INamedTypeSymbol ?? member.ContainingType; type is not null; type = type.BaseType)
        {
            if (types.Contains(type.Name) && _effects.TryGetValue(TypeName(type) + "::" + member.Name, out ImmutableArray<Effect> effects))
            {
                return effects;
            }

            // A static member and a constructor belong to the type that declares them; an instance member may be inherited, but
            // an override that can be read says more than the model of what it overrides.
            if (member.IsStatic || member is IMethodSymbol { MethodKind: MethodKind.Constructor } || IsReadableOverride(member, type))
            {
                break;
            }
        }

        return [];
    }

    private static bool IsReadableOverride(ISymbol member, INamedTypeSymbol type) =>
        member is { IsOverride: true, DeclaringSyntaxReferences.IsEmpty: false }
        && SymbolEqualityComparer.Default.Equals(member.ContainingType.OriginalDefinition, type.OriginalDefinition);

    internal static ApiModels Parse(IEnumerable<(string Name, string Text)> files)
    {
        var effects = ImmutableDictionary.CreateBuilder<string, ImmutableArray<Effect>>(StringComparer.Ordinal);
        foreach ((string name, string text) in files)
        {
            int number = 0;
            foreach (string line in text.Split('\n'))
            {
                number++;
                ParseLine(line, name, number, effects);
            }
        }

        return new ApiModels(effects.ToImmutable());
    }

    private static void ParseLine(
        string line, string file, int number, ImmutableDictionary<string, ImmutableArray<Effect>>.Builder effects)
    {
        int comment = line.IndexOf('#');
        string[] words = (comment < 0 ? line : line.Substring(0, comment)).Trim().Split(_blanks, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return;
        }

        if (words.Length < 2 || !words[0].Contains("::"))
        {
            throw new FormatException($"{file}({number}): expected 'Namespace.Type::Member effect(target)'");
        }

        bool isKThread = words[0].StartsWith("KThreadRuntime.", StringComparison.Ordinal);
        bool isOnce = words.Contains("once");
        bool isOnContext = words.Contains("on-ui-thread");
        effects[words[0]] = words.Skip(1)
            .Where(static word => word is not ("once" or "on-ui-thread"))
            .Select(word => ParseEffect(word, isKThread, file, number) with { IsOnce = isOnce, IsOnContext = isOnContext })
            .ToImmutableArray();
    }

    private static Effect ParseEffect(string word, bool isKThread, string file, int number)
    {
        int open = word.IndexOf('(');
        string verb = open < 0 ? word : word.Substring(0, open);
        string operand = open < 0 ? "this" : word.Substring(open + 1).TrimEnd(')');
        EffectTarget target = operand switch
        {
            "this" => EffectTarget.Receiver,
            _ when int.TryParse(operand, out int index) && index >= 0 => EffectTarget.OfParameter(index),
            _ => throw new FormatException($"{file}({number}): unknown target '{operand}'"),
        };
        (EffectKind kind, LockMode mode) = verb switch
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
            "signal" => (EffectKind.Signal, LockMode.Exclusive),
            "raise" => (EffectKind.Raise, LockMode.Exclusive),
            "install-context" => (EffectKind.InstallContext, LockMode.Exclusive),
            "force" => (EffectKind.Force, LockMode.Exclusive),
            "register" => (EffectKind.Register, LockMode.Exclusive),
            "condition-wait" => (EffectKind.ConditionWait, LockMode.Exclusive),
            "condition-signal" => (EffectKind.ConditionSignal, LockMode.Exclusive),
            "spawn" or "spawn-task" or "spawn-again" => (EffectKind.Spawn, LockMode.Exclusive),
            "signal-at-end" => (EffectKind.SignalAtEnd, LockMode.Exclusive),
            "callback" => (EffectKind.Callback, LockMode.Exclusive),
            "fork" => (EffectKind.Fork, LockMode.Exclusive),
            "is-signalled" => (EffectKind.IsSignalled, LockMode.Exclusive),
            "is-own-context" => (EffectKind.IsOwnContext, LockMode.Exclusive),
            "is-other-context" => (EffectKind.IsOtherContext, LockMode.Exclusive),
            "create-queue" => (EffectKind.CreateQueue, LockMode.Exclusive),
            "opaque" => (EffectKind.Opaque, LockMode.Exclusive),
            "end-signals" => (EffectKind.EndSignals, LockMode.Exclusive),
            "wait-finalizers" => (EffectKind.WaitForFinalizers, LockMode.Exclusive),
            "recursive" or "units" => (EffectKind.LetsHolderIn, LockMode.Exclusive),
            _ => throw new FormatException($"{file}({number}): unknown effect '{verb}'"),
        };
        SpawnFate fate = verb switch
        {
            "spawn-task" => SpawnFate.Kept,
            "spawn-again" => SpawnFate.Repeated,
            _ => SpawnFate.Fatal,
        };
        return new Effect(kind, target, mode, isKThread)
        {
            Fate = fate,
            UnlessArgument = verb switch { "units" => 1, "recursive" => 0, _ => null },
        };
    }

    private static string SimpleTypeName(string key)
    {
        int end = key.IndexOf("::", StringComparison.Ordinal);
        int start = key.LastIndexOf('.', end) + 1;
        return key.Substring(start, end - start);
    }

    private static string TypeName(INamedTypeSymbol type)
    {
        string name = type.ContainingType is { } outer
            ? TypeName(outer) + "." + type.Name
            : type.ContainingNamespace is { IsGlobalNamespace: false } ns ? ns.ToDisplayString() + "." + type.Name : type.Name;
        return name;
    }

    private static ApiModels ReadShipped()
    {
        Assembly assembly = typeof(ApiModels).Assembly;
        return Parse(assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(".models.txt", StringComparison.Ordinal))
            .OrderBy(static name => name, StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (name, reader.ReadToEnd());
            }));
    }
}
