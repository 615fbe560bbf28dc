namespace KThreadRuntime.Tests.Support;

/// <summary>A validator of the test's own, and threads under it. What is built while it lives belongs to it.</summary>
internal sealed class Lab : IDisposable
{
    private readonly List<Actor> _actors = [];
    private readonly LockdepValidator.Scope _scope;

    internal Lab(LockdepOptions? options = null)
    {
        Validator = new LockdepValidator(options);
        _scope = Validator.Enter();
    }

    internal static LockdepOptions Everything => new() { Threshold = Confidence.ClassLevelOnly };

    internal static LockdepOptions WithoutPrediction => new() { Prediction = false };

    internal static LockdepOptions Kernel => new() { Policy = LockdepPolicy.Kernel };

    internal LockdepValidator Validator { get; }

    internal IReadOnlyList<LockdepReport> Reports => Validator.Reports;

    internal Actor Thread(string name)
    {
        var actor = new Actor(name);
        _actors.Add(actor);
        return actor;
    }

    internal LockdepReport Single() => Assert.Single(Reports);

    internal void IsQuiet() => Assert.Empty(Reports);

    public void Dispose()
    {
        foreach (Actor actor in _actors)
        {
            actor.Dispose();
        }

        _scope.Dispose();
        Validator.Dispose();
    }
}
