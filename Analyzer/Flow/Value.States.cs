namespace CrossRelease.Analyzers.Flow;

/// <content>Completions that are no objects: that a member has come to be in a state.</content>
internal sealed partial class Value
{
    private const string StateMark = "~state ";

    /// <summary>The completion that a member has become the constant, or something else.</summary>
    public static Value State(Value member, string constant, bool equals)
    {
        string state = member.Id + StateMark + (equals ? "==" : "!=") + constant;
        return member.Kind == ValueKind.Member ? Member(member.Base!, state) : Static(state);
    }

    /// <summary>The member's name in that of a completion of its state; any other name as it is.</summary>
    public static string MemberOfState(string id) => id.IndexOf(StateMark, StringComparison.Ordinal) is > 0 and int mark ? id.Substring(0, mark) : id;

    /// <summary>Whether a name is that of a completion of a member's state.</summary>
    public static bool IsState(string id) => id.Contains(StateMark);

    private const string CancelledMember = "~is cancelled";

    /// <summary>A truth value: the token has been cancelled.</summary>
    public static Value Cancellation(Value token) => Member(token, CancelledMember);

    /// <summary>For such a truth value the token; else null.</summary>
    public Value? CancelledToken => Kind == ValueKind.Member && Id == CancelledMember ? Base : null;
}
