namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>
/// One use of one primitive: a program with a fault at <c>[|...|]</c>, and the smallest edit that takes the fault away. Two
/// locks, <c>_gate</c> and <c>_other</c>, are there.
/// </summary>
/// <param name="Name">The primitive and the use.</param>
/// <param name="Id">The rule that reports.</param>
/// <param name="Members">The members of the program's class.</param>
/// <param name="Fault">The part that is edited.</param>
/// <param name="Repair">What it is edited into.</param>
public sealed record Primitive(string Name, string Id, string Members, string Fault, string Repair)
{
    /// <summary>Types that the program needs beside its class.</summary>
    public string Types { get; init; } = "";

    /// <summary>Types of a library that the program refers to.</summary>
    public string Library { get; init; } = "";

    /// <summary>The program with its fault marked.</summary>
    public string Reporting => Program(Members);

    /// <summary>The program without its fault.</summary>
    public string Quiet
    {
        get
        {
            Assert.Contains(Fault, Members, StringComparison.Ordinal);
            return Program(Members.Replace(Fault, Repair, StringComparison.Ordinal));
        }
    }

    /// <summary>Something is waited for under a lock that its signaller takes first; in the repaired program it takes another one.</summary>
    public static Primitive Signal(string name, string field, string wait, string signal) => new(
        name,
        "XR1001",
        $$"""
        private readonly {{field}}
        public void Start() => new Thread(Work).Start();
        public void Stop() { lock (_gate) { [|{{wait}}|]; } }
        private void Work() { lock (_gate) { } {{signal}}; }
        """,
        "Work() { lock (_gate)",
        "Work() { lock (_other)");

    /// <summary>The end of a context is waited for under a lock that the context takes.</summary>
    public static Primitive End(string name, string type, string start, string wait) => new(
        name,
        "XR1001",
        $$"""
        private {{type}}? _work;
        public void Start() { _work = {{start}}; }
        public void Stop() { lock (_gate) { {{Marked(wait)}}; } }
        private void Work() { lock (_gate) { } }
        private async Task WorkAsync() { await Task.Yield(); Work(); }
        """,
        "Work() { lock (_gate)",
        "Work() { lock (_other)");

    /// <summary>A call runs code before it returns, in contexts of its own or under a lock of its own, that takes the caller's lock.</summary>
    public static Primitive Run(string name, string members, string call) => new(
        name,
        "XR1001",
        $$"""
        {{members}}
        public void Stop() { lock (_gate) { {{Marked(call)}}; } }
        private void Work() { lock (_gate) { } }
        """,
        "Work() { lock (_gate)",
        "Work() { lock (_other)");

    /// <summary>A primitive and a second lock are taken in opposite orders; in the repaired program, in one order.</summary>
    public static Primitive Order(string name, string field, string enter, string exit, string types = "") => new(
        name,
        "XR1002",
        $$"""
        private {{field}}
        public void One() { {{enter}} lock ([|_gate|]) { } {{exit}} }
        public void Two() { lock (_gate) { {{enter}} {{exit}} } }
        """,
        "public void Two() { lock (_gate) { ",
        "public void Two() { { ")
    {
        Types = types,
    };

    /// <summary>A flow takes a lock twice that lets nobody in twice.</summary>
    public static Primitive Twice(string name, string field, string enter, string again, string exit, string id = "XR1003") => new(
        name,
        id,
        $$"""
        private {{field}}
        public void One() { {{enter}} Two(); {{exit}} }
        private void Two() { [|{{again}}|]; {{exit}} }
        """,
        enter + " Two(); " + exit,
        enter + " " + exit + " Two();");

    public override string ToString() => Name;

    private static string Marked(string call) => call.Contains("[|", StringComparison.Ordinal) ? call : "[|" + call + "|]";

    private string Program(string members) => $$"""
        using System.Collections.Concurrent;
        using System.Diagnostics;
        using System.Runtime.CompilerServices;
        using System.Threading.Channels;

        {{Types}}

        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            public void Touch() { lock (_other) { } }
        {{members}}
        }
        """;
}
