using System.Text;

namespace Benchmarks.Analysis;

/// <summary>C# made to measure the analyzer: locks, waits and calls in known numbers, with a known number of deadlocks.</summary>
internal static class GeneratedSources
{
    internal const string Usings = "global using System; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>The lines of one unit; every tenth has a lock-order cycle.</summary>
    internal const int LinesPerUnit = 40;

    /// <summary>One file of that many lines, made of like units that call each other.</summary>
    internal static string File(string name, int lines)
    {
        int units = lines / LinesPerUnit;
        var text = new StringBuilder();
        for (int i = 0; i < units; i++)
        {
            text.Append(Unit(name, i, Math.Min(i + 1, units - 1)));
        }

        return text.ToString();
    }

    /// <summary>How many lock-order cycles such a file has.</summary>
    internal static int CyclesIn(int lines) => (lines / LinesPerUnit + 9) / 10;

    /// <summary>A graph of that many methods, each calling two others further down; the leaves take a lock of their own.</summary>
    internal static string CallGraph(int methods)
    {
        const int perClass = 50;
        var text = new StringBuilder();
        for (int i = 0; i < methods; i++)
        {
            if (i % perClass == 0)
            {
                text.Append(i == 0 ? "" : "}\n").Append($"internal static class G{i / perClass}\n{{\n    private static readonly object _gate = new();\n    public static int Count;\n");
            }

            string body = (2 * i) + 2 < methods
                ? $"{Call((2 * i) + 1)} {Call((2 * i) + 2)}"
                : $"lock (_gate) {{ Count++; }}";
            text.Append($"    public static void M{i}() {{ {body} }}\n");
        }

        return text.Append("}\n").Append(Cycle("Ring")).ToString();

        static string Call(int method) => $"G{method / perClass}.M{method}();";
    }

    private static string Cycle(string name) => $$"""
        public sealed class {{name}}
        {
            private readonly object _first = new();
            private readonly object _second = new();
            public void Forth() { lock (_first) { lock (_second) { } } }
            public void Back() { lock (_second) { lock (_first) { } } }
        }

        """;

    private static string Unit(string name, int index, int next) => $$"""
        public sealed class {{name}}{{index}}
        {
            private readonly object _state = new();
            private readonly object _queue = new();
            private readonly ManualResetEventSlim _ready = new();
            private readonly {{name}}{{next}}? _next;
            private int _count;
            private string _name = "{{index}}";

            public {{name}}{{index}}({{name}}{{next}}? next) => _next = next;

            public int Count => _count;

            public void Post(int value)
            {
                lock (_state)
                {
                    _count += Scale(value);
                    {{(index % 10 == 0 ? "lock (_queue) { _count--; }" : "_count--;")}}
                }

                _ready.Set();
            }

            public int Take()
            {
                _ready.Wait();
                lock (_queue)
                {
                    {{(index % 10 == 0 ? "lock (_state) { _count++; }" : "_count++;")}}
                    return _count;
                }
            }

            public string Describe(int depth)
            {
                string text = depth > 3 ? _name : _next?.Describe(depth + 1) ?? "none";
                for (int i = 0; i < depth; i++) { text += i % 2 == 0 ? "." : _name; }
                return text.Length > 40 ? text.Substring(0, 40) : text;
            }
            private static int Scale(int value) => value switch { < 0 => -value, 0 => 1, _ => value * 2 };
        }

        """;
}
