namespace KThreadRuntime.Context;

/// <summary>A set of <see cref="HandlerLevel"/>s.</summary>
[Flags]
internal enum HandlerLevels : byte
{
    None = 0,
    Soft = 1 << HandlerLevel.Soft,
    Hard = 1 << HandlerLevel.Hard,
}
