using CrossRelease.Analyzers.CodeFixes;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>As <see cref="FormatSources"/>: what is given up, dropped, made or acquired in another order.</summary>
internal static class FormatSourcesOfLocks
{
    public static IReadOnlyList<(Type Fixer, string File, string Source, string Line)> Fixable { get; } =
    [
        (typeof(UnregisterFixer), "Unregister.cs", FormatSources.Usings + """
            public sealed class Unregister
            {
                private readonly object _gate = new();
                private readonly CancellationTokenRegistration _registration;
                private bool _closed;

                public Unregister(CancellationToken token) => _registration = token.Register(OnCancelled);

                public void Close()
                {
                    lock (_gate)
                    {
                        _registration.Dispose();
                        _closed = true;
                    }
                }

                private void OnCancelled()
                {
                    lock (_gate)
                    {
                        _closed = !_closed;
                    }
                }
            }

            """, "            _registration.Unregister();\n"),
        (typeof(SignalDroppedFixer), "SignalDropped.cs", FormatSources.Usings + """
            public sealed class SignalDropped
            {
                private readonly object _gate = new();
                private readonly System.Collections.Generic.Dictionary<int, TaskCompletionSource<int>> _asked = new();

                public int Ask(int id) => AskedAsync(id).GetAwaiter().GetResult();

                public void Answer(int id, int answer)
                {
                    lock (_gate)
                    {
                        if (_asked.Remove(id, out var source))
                        {
                            source.TrySetResult(answer);
                        }
                    }
                }

                public void Close()
                {
                    lock (_gate)
                    {
                        _asked.Clear();
                    }
                }

                private Task<int> AskedAsync(int id)
                {
                    var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
                    lock (_gate)
                    {
                        _asked.Add(id, source);
                    }

                    return source.Task;
                }
            }

            """, "                dropped.TrySetCanceled();\n"),
        (typeof(TakeOtherLockFirstFixer), "TakeFirst.cs", FormatSources.Usings + """
            public sealed class TakeFirst
            {
                private readonly object _left = new();
                private readonly object _right = new();
                private int _count;

                public void Left()
                {
                    lock (_left)
                    {
                        lock (_right)
                        {
                            _count++;
                        }
                    }
                }

                public void Right()
                {
                    lock (_right)
                    {
                        lock (_left)
                        {
                            _count--;
                        }
                    }
                }
            }

            """, "        lock (_right)\n        lock (_left)\n"),
        (typeof(MakeBeforeLockFixer), "MakeBefore.cs", FormatSources.Usings + """
            public sealed class Rules
            {
                private readonly object _rules = new();
                private readonly RuleTexts _texts;
                private string _text = "";
                private int _count;

                public Rules() => _texts = new RuleTexts(this);

                public string Text(int key)
                {
                    lock (_rules)
                    {
                        return _text + key;
                    }
                }

                public void Next()
                {
                    lock (_rules)
                    {
                        _count++;
                        _text = _texts.Get(_count);
                    }
                }
            }

            public sealed class RuleTexts(Rules rules)
            {
                private readonly object _gate = new();
                private readonly System.Collections.Generic.Dictionary<int, string> _texts = new();
                private readonly Rules _rules = rules;

                public string Get(int key)
                {
                    lock (_gate)
                    {
                        if (!_texts.TryGetValue(key, out var text))
                        {
                            text = _rules.Text(key);
                            _texts[key] = text;
                        }

                        return text;
                    }
                }
            }

            """, "        var made = _rules.Text(key);\n"),
    ];
}
