using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>The runtime's surface as far as the rules look at it, for a build without the runtime.</summary>
internal static class RuntimeStandIn
{
    private const string Source = """
        using System;
        using System.Runtime.CompilerServices;
        namespace KThreadRuntime
        {
            public sealed class LockClassKey { public LockClassKey(string? name = null) { } }
            public sealed class Completion
            {
                public Completion(LockClassKey? key = null, string? name = null, [CallerFilePath] string filePath = "", [CallerLineNumber] int lineNumber = 0, [CallerMemberName] string memberName = "") { }
                public void Wait([CallerFilePath] string filePath = "", [CallerLineNumber] int lineNumber = 0, [CallerMemberName] string memberName = "") { }
                public void Complete() { }
            }
            public sealed class KMutex
            {
                public KMutex(LockClassKey? key = null, string? name = null, [CallerFilePath] string filePath = "", [CallerLineNumber] int lineNumber = 0, [CallerMemberName] string memberName = "") { }
                public void Acquire([CallerFilePath] string filePath = "", [CallerLineNumber] int lineNumber = 0, [CallerMemberName] string memberName = "") { }
                public void Release() { }
            }
            public sealed class KThread : IDisposable
            {
                public static KThread Create(Func<KThread, int> function, string? name = null, LockClassKey? key = null, [CallerFilePath] string filePath = "", [CallerLineNumber] int lineNumber = 0, [CallerMemberName] string memberName = "") => throw null!;
                public static KThread Run(Func<KThread, int> function, string? name = null, LockClassKey? key = null, [CallerFilePath] string filePath = "", [CallerLineNumber] int lineNumber = 0, [CallerMemberName] string memberName = "") => throw null!;
                public void Dispose() { }
            }
        }
        """;

    public static MetadataReference Compile()
    {
        var compilation = CSharpCompilation.Create(
            "KThreadRuntime",
            [CSharpSyntaxTree.ParseText(Source)],
            TestReferences.Framework,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
