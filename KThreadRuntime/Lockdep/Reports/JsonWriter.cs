using System.Globalization;
using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>
/// Writes JSON on one line. The base library of netstandard2.0 has no JSON, and a report must be the same on every target, so
/// this one serves both; it uses no reflection.
/// </summary>
/// <remarks>The caller keeps to the grammar: a name before each value of an object, an end for each beginning.</remarks>
internal sealed class JsonWriter(StringBuilder text)
{
    private bool _needsComma;

    internal JsonWriter BeginObject() => Begin('{');

    internal JsonWriter EndObject() => End('}');

    internal JsonWriter BeginArray() => Begin('[');

    internal JsonWriter EndArray() => End(']');

    internal JsonWriter Name(string name)
    {
        Separate();
        Quote(name);
        text.Append(':');
        _needsComma = false;
        return this;
    }

    internal JsonWriter Value(string? value)
    {
        Separate();
        if (value is null)
        {
            text.Append("null");
        }
        else
        {
            Quote(value);
        }

        _needsComma = true;
        return this;
    }

    internal JsonWriter Value(long value) => Raw(value.ToString(CultureInfo.InvariantCulture));

    internal JsonWriter Value(bool value) => Raw(value ? "true" : "false");

    internal JsonWriter Member(string name, string? value) => Name(name).Value(value);

    internal JsonWriter Member(string name, long value) => Name(name).Value(value);

    internal JsonWriter Member(string name, bool value) => Name(name).Value(value);

    private JsonWriter Raw(string value)
    {
        Separate();
        text.Append(value);
        _needsComma = true;
        return this;
    }

    private JsonWriter Begin(char bracket)
    {
        Separate();
        text.Append(bracket);
        _needsComma = false;
        return this;
    }

    private JsonWriter End(char bracket)
    {
        text.Append(bracket);
        _needsComma = true;
        return this;
    }

    private void Separate()
    {
        if (_needsComma)
        {
            text.Append(',');
        }
    }

    /// <summary>Half of a surrogate pair is no text, and many readers refuse its escape: the replacement character stands for it.</summary>
    private void Quote(string value)
    {
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                text.Append(c).Append(value[++i]);
            }
            else if (c is '"' or '\\')
            {
                text.Append('\\').Append(c);
            }
            else if (char.IsSurrogate(c))
            {
                text.Append('\ufffd');
            }
            else if (c < ' ' || c is '\u007f' or '\u2028' or '\u2029')
            {
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        text.Append('"');
    }
}
