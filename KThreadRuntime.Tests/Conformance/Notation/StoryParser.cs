namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>
/// Reads a row's sequence: tokens between spaces, <c>|</c> between events, <c>||</c> between strands of one event,
/// <c>hirq{ }</c> around what a handler does. Whatever it does not know is an error that names the row.
/// </summary>
internal sealed class StoryParser
{
    private readonly string _row;
    private readonly LockKinds _kinds;
    private readonly string[] _tokens;
    private int _next;

    private StoryParser(string row, string kinds, string sequence)
    {
        _row = row;
        _kinds = new LockKinds(kinds);
        _tokens = sequence.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    internal static Story Parse(CatalogueRow row) => Parse(row.Case, row.Kinds, row.Sequence);

    internal static Story Parse(string row, string kinds, string sequence) => new StoryParser(row, kinds, sequence).ReadStory();

    private Story ReadStory()
    {
        var events = new List<StoryEvent>();
        var strands = new List<IReadOnlyList<Step>>();
        while (true)
        {
            SkipLabel();
            strands.Add(ReadSteps(inHandler: false));
            string? end = _next < _tokens.Length ? _tokens[_next++] : null;
            if (end != "||")
            {
                events.Add(new StoryEvent(strands));
                strands = [];
            }

            if (end is null)
            {
                return new Story(events);
            }
        }
    }

    /// <summary>A strand may say whose it is: <c>T1:</c>.</summary>
    private void SkipLabel()
    {
        if (_next < _tokens.Length && _tokens[_next] is ['T', .., ':'])
        {
            _next++;
        }
    }

    private List<Step> ReadSteps(bool inHandler)
    {
        var steps = new List<Step>();
        while (_next < _tokens.Length && _tokens[_next] is not ("|" or "||" or "}"))
        {
            string token = _tokens[_next++];
            steps.Add(token.EndsWith('{') ? ReadHandler(token) : ReadStep(token));
        }

        if (_next < _tokens.Length && _tokens[_next] == "}" && !inHandler)
        {
            _next++;
            throw Error("}", "no handler is open.");
        }

        return steps.Count > 0 ? steps : throw Error(_next > 0 ? _tokens[_next - 1] : "", "nothing happens here.");
    }

    private Step.Handler ReadHandler(string opening)
    {
        string level = opening[..^1];
        if (level is not ("hirq" or "hirq_nt" or "sirq"))
        {
            throw Error(opening, "a handler is hirq, hirq_nt or sirq.");
        }

        int place = _next;
        List<Step> body = ReadSteps(inHandler: true);
        if (_next == _tokens.Length || _tokens[_next] != "}")
        {
            throw new NotationException(_row, place, opening, "the handler is not closed before the event ends.");
        }

        _next++;
        return new Step.Handler(level, body);
    }

    private Step ReadStep(string token) => token switch
    {
        "+H" or "-H" or "+S" or "-S" => new Step.Toggle(token[1], token[0] == '+'),
        "nofs+" or "nofs-" => new Step.NoFsScope(token[^1] == '+'),
        "barrier" => new Step.Meet(),
        _ => ReadCall(token),
    };

    private Step ReadCall(string token)
    {
        if (!Call.TryParse(token, out Call? call))
        {
            throw Error(token, "it is no call of the form kind.verb(arguments)=result.");
        }

        return call.Kind switch
        {
            "rcu" or "rcu_bh" or "rcu_sched" when call.Arguments.Count == 0 => ReadSection(token, call),
            "fsr" when call.Arguments.Count == 1 => ReadSection(token, call),
            "" when call is { Verb: "might_alloc", Arguments: [string flags] } => new Step.MightAllocate(flags),
            "t" or "t2" => ReadContext(token, call),
            "ww" => ReadWw(token, call),
            _ => ReadLock(token, call),
        };
    }

    private Step ReadSection(string token, Call call) => call.Verb switch
    {
        "L" => new Step.EnterSection(call.Kind, call.Arguments.FirstOrDefault()),
        "U" => new Step.LeaveSection(call.Kind, call.Arguments.FirstOrDefault()),
        _ => throw Error(token, "a section is entered by L and left by U."),
    };

    private Step.WwContext ReadContext(string token, Call call) => call is { Verb: "init" or "done" or "fini", Arguments.Count: 0 }
        ? new Step.WwContext(call.Kind, call.Verb)
        : throw Error(token, "an acquire context knows init, done and fini.");

    private Step ReadWw(string token, Call call)
    {
        if (call.Arguments.Count is not (1 or 2) || call.Nest is not null)
        {
            throw Error(token, "a wound/wait mutex takes its name and at most a context.");
        }

        string name = call.Arguments[0];
        string? context = call.Arguments.ElementAtOrDefault(1);
        return call.Verb switch
        {
            "L" or "slow" => new Step.WwAcquire(name, context, call.Result, IsSlow: call.Verb == "slow"),
            "T" => new Step.WwTryAcquire(name, context, ReadFlag(token, call)),
            "U" => new Step.WwRelease(name),
            _ => throw Error(token, "a wound/wait mutex knows L, slow, T and U."),
        };
    }

    private Step ReadLock(string token, Call call)
    {
        if (call.Arguments is not [string name])
        {
            throw Error(token, "a lock takes its name, and maybe nest=.");
        }

        LockSort sort = SortOf(call.Kind, name) ?? throw Error(
            token, call.Kind.Length > 0 ? $"'{call.Kind}' is no kind of lock." : $"the kinds of the row do not say what '{name}' is.");
        var mentioned = new LockName(sort, name);
        return call.Verb switch
        {
            "L" => new Step.Acquire(mentioned, call.Nest),
            "U" => new Step.Release(mentioned),
            "I" => new Step.Reinitialize(mentioned),
            "T" => new Step.TryAcquire(mentioned, ReadFlag(token, call)),
            _ => throw Error(token, "a lock knows L, U, T and I."),
        };
    }

    private bool ReadFlag(string token, Call call) => call.Result switch
    {
        "1" => true,
        "0" => false,
        _ => throw Error(token, "a try says what it gives: =1 or =0."),
    };

    private LockSort? SortOf(string prefix, string name) => prefix switch
    {
        "" => _kinds[name],
        "s" => LockSort.Spin,
        "raw" => LockSort.RawSpin,
        "w" => LockSort.Write,
        "r" => LockSort.Read,
        "m" => LockSort.Mutex,
        "ws" => LockSort.SemaphoreWrite,
        "rs" => LockSort.SemaphoreRead,
        "rt" => LockSort.RtMutex,
        "ll" => LockSort.LocalLock,
        _ => null,
    };

    private NotationException Error(string token, string what) => new(_row, _next, token, what);
}
