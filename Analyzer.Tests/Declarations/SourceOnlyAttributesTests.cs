using System.Reflection;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Tests.Meta;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>The attributes for those without the runtime are those of the runtime, but for their visibility.</summary>
public class SourceOnlyAttributesTests
{
    private const string Path = "Analyzer.Package/CrossRelease.Analyzers/source/CrossReleaseAttributes.cs";

    private static readonly IReadOnlyList<Type> _ofTheRuntime =
        [.. typeof(KThreadRuntime.WaitsAttribute).Assembly.GetTypes().Where(static type => Enum.GetNames<DeclarationKind>().Contains(type.Name.Replace("Attribute", "", StringComparison.Ordinal)))];

    [Fact]
    public void EveryKind_HasItsAttribute() =>
        Assert.Equal(Enum.GetNames<DeclarationKind>().Order(), _ofTheRuntime.Select(static type => type.Name.Replace("Attribute", "", StringComparison.Ordinal)).Order());

    [Fact]
    public void SourceFile_DeclaresTheSame() => Assert.Equal(
        _ofTheRuntime.Select(Describe).Order(StringComparer.Ordinal),
        Load(Compile(LanguageVersion.Latest)).GetTypes().Where(static type => type.Namespace == "KThreadRuntime").Select(Describe).Order(StringComparer.Ordinal));

    [Fact]
    public void SourceFile_ShowsNothingToOthers() => Assert.Empty(Load(Compile(LanguageVersion.Latest)).GetExportedTypes());

    [Theory]
    [InlineData(LanguageVersion.CSharp3)]
    [InlineData(LanguageVersion.Latest)]
    public void SourceFile_CompilesWithoutAWarning(LanguageVersion version) =>
        Assert.Empty(Compile(version).GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));

    private static CSharpCompilation Compile(LanguageVersion version) => CSharpCompilation.Create(
        "Consumer",
        [CSharpSyntaxTree.ParseText(ProjectFiles.Read(Path), new CSharpParseOptions(version))],
        TestReferences.Framework,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, generalDiagnosticOption: ReportDiagnostic.Error, warningLevel: 9999));

    private static Assembly Load(CSharpCompilation compilation)
    {
        using var bytes = new MemoryStream();
        Assert.True(compilation.Emit(bytes).Success);
        return Assembly.Load(bytes.ToArray());
    }

    private static string Describe(Type type)
    {
        AttributeUsageAttribute usage = type.GetCustomAttribute<AttributeUsageAttribute>()!;
        IEnumerable<string> constructors = type.GetConstructors().Select(static constructor => "new(" + string.Join(", ", constructor.GetParameters()
            .Select(static parameter => (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "") + parameter.ParameterType + " " + parameter.Name)) + ")");
        IEnumerable<string> properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(static property => $"{property.PropertyType} {property.Name} {(property.SetMethod is { IsPublic: true } ? "set" : "")}");
        return $"{type.FullName} sealed {type.IsSealed} on {usage.ValidOn} many {usage.AllowMultiple} inherited {usage.Inherited}: {string.Join("; ", constructors.Concat(properties.Order()))}";
    }
}
