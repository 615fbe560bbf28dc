namespace KThreadRuntime.Rules;

/// <summary>
/// What is known of the two ends of a dependency: the held end blocks everybody (E) or lets readers through (S); the wanted
/// end is a read that passes queued writers (R) or anything else (N). Several may hold of one label.
/// </summary>
[Flags]
internal enum DependencyKinds : byte
{
    None = 0,
    ER = 1,
    EN = 2,
    SR = 4,
    SN = 8,
}
