namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>Names the row that a method plays, because the notation cannot say it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PlaysAttribute(string row) : Attribute
{
    internal string Row { get; } = row;
}
