using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers;

/// <summary>A message that ends with where its steps in other assemblies are.</summary>
/// <param name="message">The rule's own message.</param>
/// <param name="steps">The sentence about the steps, with one place for them.</param>
/// <param name="argument">The number of the argument that tells them.</param>
internal sealed class MessageWithSteps(LocalizableString message, LocalizableString steps, int argument) : LocalizableString
{
    private readonly LocalizableString _message = message;
    private readonly LocalizableString _steps = steps;
    private readonly int _argument = argument;

    protected override string GetText(IFormatProvider? formatProvider) =>
        _message.ToString(formatProvider) + " " + string.Format(formatProvider, _steps.ToString(formatProvider), "{" + _argument.ToString(System.Globalization.CultureInfo.InvariantCulture) + "}");

    protected override int GetHash() => (_message.GetHashCode() * 31) + _argument;

    protected override bool AreEqual(object? other) => other is MessageWithSteps same && same._argument == _argument && same._message.Equals(_message);
}
