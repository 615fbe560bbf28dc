using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Surface;

/// <summary>How a surface travels: in assembly attributes of the base library, under one key.</summary>
internal static class SurfaceFormat
{
    /// <summary>The key of the <c>AssemblyMetadataAttribute</c>.</summary>
    public const string Key = "CrossRelease.Surface";

    /// <summary>The generator's name for its file.</summary>
    public const string HintName = "Summary.g.cs";

    /// <summary>How the path of the generated file ends.</summary>
    public static string FileName { get; } = Path.Combine(typeof(SurfaceGenerator).FullName!, HintName);

    /// <summary>Goes up with every change of how things are written.</summary>
    public const int Version = 15;

    private static readonly Lazy<int> _vocabulary = new(static () => Hash(
        _codes.SelectMany(static type => Enum.GetNames(type).Prepend(type.Name)).Concat(
            typeof(Instruction).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Instruction)))
                .SelectMany(static type => type.GetProperties().Select(property => type.Name + "." + property.Name)).OrderBy(static name => name, StringComparer.Ordinal))));

    private static readonly Type[] _codes =
        [typeof(InstructionTag), typeof(ValueKind), typeof(EffectKind), typeof(LockMode), typeof(SpawnFate), typeof(BodyRole), typeof(GuardKind), typeof(LockConditionKind), typeof(Lifetime), typeof(Keeping), typeof(TaskOutcomes)];

    /// <summary>A hash of the words that facts are made of. Who knows other words cannot know what was meant, whatever the version says.</summary>
    public static int Vocabulary => _vocabulary.Value;

    private static int Hash(IEnumerable<string> words)
    {
        uint hash = 2166136261;
        foreach (char letter in string.Join("\n", words))
        {
            hash = unchecked((hash ^ letter) * 16777619);
        }

        return (int)hash;
    }
}

/// <summary>The highest code of an enumeration.</summary>
internal static class LastOf<T>
    where T : struct, Enum
{
    public static int Code { get; } = Enum.GetValues(typeof(T)).Length - 1;
}
