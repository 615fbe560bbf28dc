using CrossRelease.Demo;

var story = new Story();
try
{
    // Started afresh each time, so that nothing of an earlier run can help or harm.
    var work = Path.Combine(Repository.Root, "artifacts", "demo");
    if (Directory.Exists(work))
    {
        Directory.Delete(work, recursive: true);
    }

    story.Chapter("The package, made from this clone");
    var feed = new Feed(Path.Combine(work, "feed"));
    foreach (var package in Feed.Packages)
    {
        story.Require($"pack {package}", feed.Pack(package), packed => packed.ExitCode == 0 && File.Exists(feed.PathOf(package)));
    }

    story.Chapter("A project that installs it, and has a mistake");
    var consumer = Consumer.Write(Path.Combine(work, "consumer"), Path.Combine(work, "packages"), feed, Mistake.Source, "CrossRelease");
    var warned = consumer.Build();
    story.Require($"the build warns of {Mistake.Id}", warned, build => build.ExitCode == 0 && build.LinesWith("warning " + Mistake.Id).Count == 1);
    story.Quote(warned.LinesWith("warning " + Mistake.Id).Select(consumer.Relative));
    story.Check("with warnings as errors it fails", consumer.Build("-warnaserror"), build => build.ExitCode != 0 && build.LinesWith("error " + Mistake.Id).Count == 1);

    story.Chapter("The fix, applied by dotnet format");
    var before = consumer.Source;
    story.Require("dotnet format analyzers", consumer.Fix(Mistake.Id), format => format.ExitCode == 0 && consumer.Source != before);
    var (old, mended) = (before.Split(Environment.NewLine), consumer.Source.Split(Environment.NewLine));
    story.Quote(old.Except(mended).Select(line => "- " + line));
    story.Quote(mended.Except(old).Select(line => "+ " + line));
    story.Check("the same build with warnings as errors succeeds", consumer.Build("-warnaserror"), build => build.ExitCode == 0 && build.LinesWith("XR").Count == 0);

    story.Chapter("The i915 story at run time");
    var sample = Path.Combine(Repository.Root, "Samples", "I915Reset", "I915Reset.csproj");
    var run = Command.Dotnet(Repository.Root, "run", "--project", sample, "-c", "Release");
    story.Check("the sample ends well", run, ended => ended.ExitCode == 0);
    story.Quote(run.Output.Split('\n').Select(line => line.TrimEnd()));
}
catch (StoryEndedException)
{
    Console.WriteLine();
    Console.WriteLine("The rest depends on this step and is left out.");
}

Console.WriteLine();
Console.WriteLine(story.Held ? "All of it held." : "Not all of it held.");
return story.Held ? 0 : 1;
