namespace CrossRelease.Demo;

/// <summary>Tells each step in a line, and keeps whether all of them held.</summary>
internal sealed class Story
{
    public bool Held { get; private set; } = true;

    public void Chapter(string text)
    {
        Console.WriteLine();
        Console.WriteLine($"== {text}");
    }

    public void Quote(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.WriteLine($"     {line}");
        }
    }

    /// <summary>A step that the rest does not depend on: what follows is still shown.</summary>
    public bool Check(string claim, Command command, Func<Command, bool> holds)
    {
        var held = holds(command);
        Held &= held;
        Console.WriteLine($"  {(held ? "ok    " : "FAILED")} {claim}");
        if (!held)
        {
            Console.WriteLine($"  {command.Line} ended with {command.ExitCode}:");
            Console.WriteLine(command.Output);
        }

        return held;
    }

    /// <summary>A step without which the rest has no meaning.</summary>
    /// <exception cref="StoryEndedException">The step did not hold.</exception>
    public void Require(string claim, Command command, Func<Command, bool> holds)
    {
        if (!Check(claim, command, holds))
        {
            throw new StoryEndedException();
        }
    }
}
