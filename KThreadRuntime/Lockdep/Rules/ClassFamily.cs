namespace KThreadRuntime.Rules;

/// <summary>A class with its subclasses: what is one and the same of all of them.</summary>
internal sealed class ClassFamily(string name, int version)
{
    internal string Name { get; } = name;

    /// <summary>1 for the first family of this name, and so on.</summary>
    internal int Version { get; } = version;

    /// <summary>The classes registered now; under the table's gate.</summary>
    internal int Members { get; set; }
}
