using System.Diagnostics;

namespace KThreadRuntime;

/// <summary>A stack as it was when something was first seen, innermost frame first, without the validator's own frames.</summary>
/// <remarks>
/// Captured as addresses; symbols are resolved at the first look, so a stack that nobody looks at costs no look-up. Safe to share
/// between threads.
/// </remarks>
public sealed class LockdepStack
{
    private const int MaxFrames = 32;

    private static readonly string[] _own =
        ["KThreadRuntime.Context.", "KThreadRuntime.Reports.", "KThreadRuntime.Lockdep.", "KThreadRuntime.LockdepValidator."];

    private readonly StackTrace? _captured;
    private IReadOnlyList<string>? _frames;

    internal LockdepStack(StackTrace captured) => _captured = captured;

    internal LockdepStack(IReadOnlyList<string> frames) => _frames = frames;

    /// <summary>The frames as text, at most 32 and then one that says that more were left out.</summary>
    public IReadOnlyList<string> Frames
    {
        get
        {
            IReadOnlyList<string>? known = Volatile.Read(ref _frames);
            if (known is null)
            {
                known = Resolve(_captured!);
                Volatile.Write(ref _frames, known);
            }

            return known;
        }
    }

    /// <summary>Whether symbols were looked up, or came with the stack.</summary>
    internal bool IsResolved => Volatile.Read(ref _frames) is not null;

    /// <summary>One frame a line, lines ended by <c>\n</c>.</summary>
    public override string ToString() => string.Concat(Frames.Select(f => f + "\n"));

    internal static LockdepStack? Of(StackTrace? captured) => captured is null ? null : new LockdepStack(captured);

    private static List<string> Resolve(StackTrace captured)
    {
        var frames = new List<string>();
        foreach (string line in captured.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            string frame = WithoutPreposition(line.Trim());
            if (_own.Any(prefix => frame.StartsWith(prefix, StringComparison.Ordinal)))
            {
                continue;
            }

            if (frames.Count == MaxFrames)
            {
                frames.Add("...");
                break;
            }

            frames.Add(frame);
        }

        return frames;
    }

    /// <summary>The runtime's word before a frame depends on the language of its resources.</summary>
    private static string WithoutPreposition(string frame)
    {
        int space = frame.IndexOf(' '), parameters = frame.IndexOf('(');
        return space > 0 && space < 6 && space < parameters && frame.IndexOf('.', 0, space) < 0 ? frame.Substring(space + 1) : frame;
    }
}
