using System.Globalization;
using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>Reads strict JSON (RFC 8259): no comments, no trailing commas, each name once in its object, a bounded depth.</summary>
internal sealed class JsonParser
{
    private const int MaxDepth = 64;

    private readonly string _json;
    private readonly string _textName;
    private int _at;
    private int _line = 1;
    private int _lineStart;

    private JsonParser(string json, string textName)
    {
        _json = json;
        _textName = textName;
    }

    private char Next => _at < _json.Length ? _json[_at] : '\0';

    internal static JsonNode Parse(string json, string textName)
    {
        var parser = new JsonParser(json, textName);
        JsonNode root = parser.Value(0);
        parser.SkipSpace();
        return parser._at == json.Length ? root : throw parser.Error("nothing may follow the value.");
    }

    private JsonNode Value(int depth)
    {
        SkipSpace();
        if (depth > MaxDepth)
        {
            throw Error($"nested deeper than {MaxDepth} levels.");
        }

        return Next switch
        {
            '{' => Object(depth),
            '[' => Array(depth),
            '"' => StringNode(),
            't' => Word("true", JsonKind.True),
            'f' => Word("false", JsonKind.False),
            'n' => Word("null", JsonKind.Null),
            '-' or (>= '0' and <= '9') => Number(),
            '\0' when _at == _json.Length => throw Error("the text ends where a value is expected."),
            _ => throw Error("a value is expected here."),
        };
    }

    private JsonNode Object(int depth)
    {
        JsonNode node = Node(JsonKind.Object);
        _at++;
        SkipSpace();
        while (Next != '}')
        {
            if (node.Members.Count > 0)
            {
                Take(',');
            }

            SkipSpace();
            JsonNode name = Next == '"' ? StringNode() : throw Error("a name in quotes is expected here.");
            if (node.Members.Exists(m => m.Key == name.Text))
            {
                throw name.Error("the object has a member of this name already.");
            }

            SkipSpace();
            Take(':');
            node.Members.Add(new(name.Text, Value(depth + 1)));
            SkipSpace();
        }

        _at++;
        return node;
    }

    private JsonNode Array(int depth)
    {
        JsonNode node = Node(JsonKind.Array);
        _at++;
        SkipSpace();
        while (Next != ']')
        {
            if (node.Items.Count > 0)
            {
                Take(',');
            }

            node.Items.Add(Value(depth + 1));
            SkipSpace();
        }

        _at++;
        return node;
    }

    private JsonNode StringNode()
    {
        (int line, int column) = Place();
        return new JsonNode(JsonKind.String, String(), _textName, line, column);
    }

    private string String()
    {
        var text = new StringBuilder();
        for (_at++; Next != '"'; _at++)
        {
            if (Next < ' ')
            {
                throw Error(_at < _json.Length ? "a control character must be escaped in a string." : "the text ends inside a string.");
            }

            text.Append(Next == '\\' ? Escaped() : Next);
        }

        _at++;
        return text.ToString();
    }

    /// <summary>Reads an escape and stays on its last character.</summary>
    private char Escaped()
    {
        _at++;
        switch (Next)
        {
            case '"' or '\\' or '/':
                return Next;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _at + 4 < _json.Length
                && ushort.TryParse(_json.Substring(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                _at += 4;
                return (char)code;
            default:
                throw Error("this is no escape that JSON knows.");
        }
    }

    private JsonNode Number()
    {
        int from = _at;
        (int line, int column) = Place();
        _at += Next == '-' ? 1 : 0;
        if (Next == '0')
        {
            _at++;
        }
        else
        {
            Digits();
        }

        if (Next == '.')
        {
            _at++;
            Digits();
        }

        if (Next is 'e' or 'E')
        {
            _at++;
            _at += Next is '+' or '-' ? 1 : 0;
            Digits();
        }

        return new JsonNode(JsonKind.Number, _json.Substring(from, _at - from), _textName, line, column);
    }

    private void Digits()
    {
        if (Next is < '0' or > '9')
        {
            throw Error("a digit is expected here.");
        }

        while (Next is >= '0' and <= '9')
        {
            _at++;
        }
    }

    private JsonNode Word(string word, JsonKind kind)
    {
        JsonNode node = Node(kind);
        if (string.CompareOrdinal(_json, _at, word, 0, word.Length) != 0)
        {
            throw Error("a value is expected here.");
        }

        _at += word.Length;
        return node;
    }

    private void Take(char expected)
    {
        if (Next != expected)
        {
            throw Error($"'{expected}' is expected here.");
        }

        _at++;
    }

    private void SkipSpace()
    {
        for (; Next is ' ' or '\t' or '\r' or '\n'; _at++)
        {
            if (Next == '\n')
            {
                _line++;
                _lineStart = _at + 1;
            }
        }
    }

    private JsonNode Node(JsonKind kind)
    {
        (int line, int column) = Place();
        return new JsonNode(kind, "", _textName, line, column);
    }

    private (int Line, int Column) Place() => (_line, _at - _lineStart + 1);

    private LockdepFormatException Error(string problem)
    {
        (int line, int column) = Place();
        return new LockdepFormatException(_textName, line, column, problem);
    }
}
