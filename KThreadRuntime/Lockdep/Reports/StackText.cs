using System.Diagnostics;
using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>A captured stack as text, without the validator's own frames. Symbols are resolved here, not at capture.</summary>
internal static class StackText
{
    private const int MaxFrames = 32;

    private static readonly string[] _own =
        ["KThreadRuntime.Context.", "KThreadRuntime.Reports.", "KThreadRuntime.Lockdep.", "KThreadRuntime.LockdepValidator."];

    internal static void Write(StringBuilder text, StackTrace stack)
    {
        int written = 0;
        foreach (string line in stack.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            string frame = line.Trim();
            if (_own.Any(prefix => frame.IndexOf(prefix, StringComparison.Ordinal) is >= 0 and < 4))
            {
                continue;
            }

            if (written++ == MaxFrames)
            {
                text.Append("      ...\n");
                return;
            }

            text.Append("      ").Append(frame).Append('\n');
        }
    }
}
