using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>An expected diagnostic. The first location is its own, each further one is an additional location.</summary>
public readonly struct DiagnosticResult
{
    private readonly ImmutableArray<ExpectedLocation> _locations;
    private readonly object[]? _arguments;
    private readonly string? _message;

    public DiagnosticResult(string id, DiagnosticSeverity severity)
        : this(id, severity, format: null, message: null, arguments: null, DiagnosticOptions.None, [])
    {
    }

    public DiagnosticResult(DiagnosticDescriptor descriptor)
        : this(descriptor.Id, descriptor.DefaultSeverity, descriptor.MessageFormat, message: null, arguments: null, DiagnosticOptions.None, [])
    {
    }

    private DiagnosticResult(
        string id,
        DiagnosticSeverity severity,
        LocalizableString? format,
        string? message,
        object[]? arguments,
        DiagnosticOptions options,
        ImmutableArray<ExpectedLocation> locations)
    {
        Id = id;
        Severity = severity;
        MessageFormat = format;
        _message = message;
        _arguments = arguments;
        Options = options;
        _locations = locations;
    }

    public string Id { get; }

    public DiagnosticSeverity Severity { get; }

    public DiagnosticOptions Options { get; }

    public LocalizableString? MessageFormat { get; }

    /// <summary>The whole text expected; null when the test does not compare it.</summary>
    public string? Message => _message
        ?? (_arguments is null || MessageFormat is null ? null : string.Format(CultureInfo.InvariantCulture, MessageFormat.ToString(CultureInfo.InvariantCulture), _arguments));

    internal ImmutableArray<ExpectedLocation> Locations => _locations.IsDefault ? [] : _locations;

    public static DiagnosticResult CompilerError(string id) => new(id, DiagnosticSeverity.Error);

    public static DiagnosticResult CompilerWarning(string id) => new(id, DiagnosticSeverity.Warning);

    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => new(Id, severity, MessageFormat, _message, _arguments, Options, Locations);

    public DiagnosticResult WithMessage(string? message) => new(Id, Severity, MessageFormat, message, _arguments, Options, Locations);

    public DiagnosticResult WithMessageFormat(LocalizableString format) => new(Id, Severity, format, _message, _arguments, Options, Locations);

    public DiagnosticResult WithArguments(params object[] arguments) => new(Id, Severity, MessageFormat, _message, arguments, Options, Locations);

    public DiagnosticResult WithOptions(DiagnosticOptions options) => new(Id, Severity, MessageFormat, _message, _arguments, options, Locations);

    public DiagnosticResult WithNoLocation() => new(Id, Severity, MessageFormat, _message, _arguments, Options, []);

    /// <summary>Adds the place marked <c>{|#key:...|}</c>.</summary>
    public DiagnosticResult WithLocation(int markupKey) => With(ExpectedLocation.OfMarkup(markupKey));

    public DiagnosticResult WithLocation(int line, int column) => With(ExpectedLocation.OfStart(path: null, line, column));

    public DiagnosticResult WithLocation(string path, int line, int column) => With(ExpectedLocation.OfStart(path, line, column));

    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn)
        => With(ExpectedLocation.OfSpan(path: null, Span(startLine, startColumn, endLine, endColumn)));

    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn)
        => With(ExpectedLocation.OfSpan(path, Span(startLine, startColumn, endLine, endColumn)));

    public override string ToString()
        => $"{string.Join(" + ", Locations)} {Severity} {Id}" + (Message is { } text ? $": {text}" : "");

    internal DiagnosticResult With(ExpectedLocation location) => new(Id, Severity, MessageFormat, _message, _arguments, Options, Locations.Add(location));

    internal DiagnosticResult Resolve(IReadOnlyDictionary<int, ExpectedLocation> markup, string firstPath)
        => new(Id, Severity, MessageFormat, _message, _arguments, Options, [.. Locations.Select(location => location.Resolve(markup, firstPath))]);

    private static LinePositionSpan Span(int startLine, int startColumn, int endLine, int endColumn)
        => new(new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1));
}
