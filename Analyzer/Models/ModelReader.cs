using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Models;

/// <summary>Reads the lines of model files. A wrong line is a problem and does not count; the others do. Not thread-safe.</summary>
internal sealed class ModelReader
{
    private static readonly char[] _blanks = [' ', '\t'];

    private readonly ImmutableDictionary<string, ImmutableArray<Effect>>.Builder _effects;
    private readonly ImmutableArray<ModelProblem>.Builder _problems = ImmutableArray.CreateBuilder<ModelProblem>();
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    /// <param name="known">Members that are modelled already.</param>
    public ModelReader(ImmutableDictionary<string, ImmutableArray<Effect>> known) => _effects = known.ToBuilder();

    public ImmutableDictionary<string, ImmutableArray<Effect>> Effects => _effects.ToImmutable();

    public ImmutableArray<ModelProblem> Problems => _problems.ToImmutable();

    /// <summary>Adds the lines of one file.</summary>
    public void Read(string file, string text)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            ReadLine(file, ++number, line);
        }
    }

    /// <summary>Adds one line.</summary>
    /// <param name="number">Its number for messages.</param>
    public void ReadLine(string file, int number, string line)
    {
        int comment = line.IndexOf('#');
        string[] words = (comment < 0 ? line : line.Substring(0, comment)).Trim().Split(_blanks, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return;
        }

        try
        {
            ImmutableArray<Effect> effects = EffectsOf(words);
            if (_effects.TryGetValue(words[0], out ImmutableArray<Effect> known))
            {
                string where = _places.TryGetValue(words[0], out string? place) ? place : "the shipped models";
                throw new FormatException($"'{words[0]}' is modelled in {where} already{(known.SequenceEqual(effects) ? "" : ", and otherwise")}");
            }

            _effects.Add(words[0], effects);
            _places.Add(words[0], number == 0 ? file : $"{file}({number})");
        }
        catch (FormatException wrong)
        {
            _problems.Add(new ModelProblem(file, number, wrong.Message));
        }
    }

    private static ImmutableArray<Effect> EffectsOf(string[] words)
    {
        int separator = words[0].IndexOf("::", StringComparison.Ordinal);
        if (words.Length < 2 || separator <= 0 || separator + 2 == words[0].Length)
        {
            throw new FormatException("expected 'Namespace.Type::Member effect(target)'");
        }

        bool isKThread = words[0].StartsWith("KThreadRuntime.", StringComparison.Ordinal);
        bool isOnce = words.Contains("once");
        bool isOnContext = words.Contains("on-ui-thread");
        bool needsStart = words.Contains("on-start");
        ImmutableArray<Effect> effects =
        [
            .. words.Skip(1)
                .Where(static word => word is not ("once" or "on-ui-thread" or "on-start"))
                .Select(word => EffectWords.Parse(word) with { IsKThread = isKThread, IsOnce = isOnce, IsOnContext = isOnContext, NeedsStart = needsStart }),
        ];
        Check(effects, isOnce, isOnContext, needsStart);
        return effects;
    }

    // What cannot be meant: the order of two effects is that of the line, so most pairs can.
    private static void Check(ImmutableArray<Effect> effects, bool isOnce, bool isOnContext, bool needsStart)
    {
        if (effects.IsEmpty || (isOnce && !effects.Any(static effect => effect.Kind is EffectKind.Acquire or EffectKind.AcquireScope)))
        {
            throw new FormatException(effects.IsEmpty ? "no effect" : "'once' says more of an acquire, and there is none");
        }

        if (needsStart && !effects.Any(static effect => effect.Kind == EffectKind.Spawn))
        {
            throw new FormatException("'on-start' says more of a spawn, and there is none");
        }

        if (isOnContext && !effects.Any(static effect => RunsDelegate(effect.Kind)))
        {
            throw new FormatException("'on-ui-thread' says more of a spawn or fork, and there is none");
        }

        for (int i = 0; i < effects.Length; i++)
        {
            for (int j = i + 1; j < effects.Length; j++)
            {
                bool isSameTarget = effects[i].Target.Equals(effects[j].Target);
                if (isSameTarget && effects[i].Kind == effects[j].Kind && effects[i].Mode == effects[j].Mode)
                {
                    throw new FormatException("one effect twice on one target");
                }

                if (isSameTarget && RunsDelegate(effects[i].Kind) && RunsDelegate(effects[j].Kind))
                {
                    throw new FormatException("one delegate runs in two ways");
                }
            }
        }
    }

    private static bool RunsDelegate(EffectKind kind) => kind is EffectKind.Spawn or EffectKind.Fork or EffectKind.Callback;
}
