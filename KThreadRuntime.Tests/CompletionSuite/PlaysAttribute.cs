namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>Marks the scene that plays a row of the suite which its story cannot play by itself.</summary>
/// <param name="id">The row.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class PlaysAttribute(string id) : Attribute
{
    internal string Id { get; } = id;
}
