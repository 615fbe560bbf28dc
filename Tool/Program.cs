using System.CommandLine;

namespace CrossRelease.Tool;

/// <summary>The <c>crossrelease</c> command: one file for each verb.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);

    /// <returns>0 if all went well; 1, after one line on the error output, if a file cannot be used.</returns>
    internal static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Deadlocks of .NET programs, found before they happen.");
        root.Subcommands.Add(BaselineCommand.Create(output, error));
        return root.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
    }
}
