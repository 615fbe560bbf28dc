namespace CrossRelease.Analyzers.Symbols;

/// <summary>A part of a call's place in the source that the compiler fills in.</summary>
internal enum CallerSite
{
    FilePath,
    LineNumber,
    MemberName,
}
