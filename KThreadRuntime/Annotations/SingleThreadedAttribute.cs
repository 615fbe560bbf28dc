namespace KThreadRuntime;

/// <summary>Declares that one thread alone runs the code of the type, or of the member: a view, a start-up phase, a game's loop.</summary>
/// <remarks>
/// The analyzer then starts no context in it and takes the locks that it acquires to keep nobody out, as it does for the types of the
/// option <c>crossrelease.single_threaded_types</c>. Threads and tasks that it starts still count, and a method of the type that one
/// of them runs is reported. The attribute does nothing at run time.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class SingleThreadedAttribute : Attribute;
