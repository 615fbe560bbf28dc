using System.Reflection;
using System.Runtime.ExceptionServices;

namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>Where a row is played: its own validator, its settings, its props.</summary>
internal sealed class SuiteStage : IDisposable
{
    private static readonly Lazy<IReadOnlyDictionary<string, MethodInfo>> _scenes = new(FindScenes);

    private readonly StoryPlayer _player;

    internal SuiteStage(SuiteSettings settings, Confidence threshold)
    {
        Lab = new Lab(settings.Options(threshold));
        Settings = settings;
        Props = new StoryProps(settings);
        _player = new StoryPlayer(Lab, Props);
    }

    /// <summary>The scenes in code, by row.</summary>
    internal static IReadOnlyDictionary<string, MethodInfo> Scenes => _scenes.Value;

    internal Lab Lab { get; }

    internal SuiteSettings Settings { get; }

    internal StoryProps Props { get; }

    internal LockdepStatistics Statistics => Lab.Validator.Statistics;

    /// <summary>Plays a story as a part of a scene.</summary>
    internal void Play(string story) => _player.Play(Story.Parse(story));

    internal void Play(SuiteRow row)
    {
        if (row.IsCode)
        {
            PlayScene(row.Id);
        }
        else
        {
            Play(row.Story);
        }

        _player.AssertNobodyWaits();
    }

    public void Dispose()
    {
        _player.Dispose();
        Lab.Dispose();
    }

    private void PlayScene(string id)
    {
        try
        {
            Scenes[id].Invoke(null, [this]);
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(thrown.InnerException);
        }
    }

    private static IReadOnlyDictionary<string, MethodInfo> FindScenes() =>
        typeof(SuiteStage).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .SelectMany(m => m.GetCustomAttributes<PlaysAttribute>().Select(p => (p.Id, Method: m)))
            .ToDictionary(s => s.Id, s => s.Method);
}
