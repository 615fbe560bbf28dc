namespace CrossRelease.Analyzers.Models;

/// <summary>A line of a model file, or a value of an option, that does not count.</summary>
/// <param name="Source">The path of the file, or the name of the option.</param>
/// <param name="Line">The line's number, from one; zero for an option.</param>
/// <param name="Fault">What is wrong with it.</param>
internal sealed record ModelProblem(string Source, int Line, string Fault)
{
    public override string ToString() => $"{Source}({Line}): {Fault}";
}
