using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CoarseClassAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR3001 where one line fills a container, and only constant keys tell what is in it apart.</summary>
public class CoarseClassElementTests
{
    private const string Job = "public sealed class Job { public readonly Completion Done = {|#0:new()|}; public int Number; }";

    private const string Loop = "private readonly Job[] _jobs = new Job[2]; public Disk() { for (var i = 0; i < 2; i++) { _jobs[i] = new Job(); } }";

    private const string Lines = "private readonly Job[] _jobs = new Job[2]; public Disk() { _jobs[0] = new Job(); _jobs[1] = new Job(); }";

    private const string Taken = "private readonly Job _load; private readonly Job[] _jobs = new Job[2]; public Disk() { for (var i = 0; i < 2; i++) { _jobs[i] = new Job(); } _load = _jobs[0]; }";

    private const string Moved = "private readonly Job[] _all; private readonly Job[] _jobs = new Job[2]; public Disk() { for (var i = 0; i < 2; i++) { _jobs[i] = new Job(); } _all = _jobs; }";

    /// <summary>Elements of a loop that one line waits for.</summary>
    internal const string OneWaitingLine = """

        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job[] _jobs = new Job[2];
            public Disk() { for (var i = 0; i < 2; i++) { _jobs[i] = new Job(); } }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { Await(_jobs[0]); } }
            public void Close() { Await(_jobs[1]); }
            private static void Await(Job job) => job.Done.Wait();
            private void Load() { _jobs[0].Done.Complete(); }
            private void Save() { lock (_gate) { } _jobs[1].Done.Complete(); }
        }
        """;

    [Fact]
    public Task ElementsOfALoop_TellTheWholeStory() => Verify.VerifyAnalyzerAsync(
        "using KThreadRuntime;\n" + Job + Disk(Loop, "_jobs[0].Done", "_jobs[1].Done"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)
            .WithMessage(
                "All that this line creates is one lock class: 'Disk.Reset' waits for '_jobs[0].Done' while holding '_gate', and 'Disk.Save', which signals '_jobs[1].Done', "
                + "acquires '_gate' first, so the class closes a ring that no objects can. Create it with ClassPolicy.WaitSite, so that each line that waits has a class of its own."));

    [Fact]
    public Task ElementsThatOneLineWaitsFor_AreSplitByInstance() => Verify.VerifyAnalyzerAsync(
        "using KThreadRuntime;\n" + Job + OneWaitingLine,
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)
            .WithMessage(
                "All that this line creates is one lock class: 'Disk.Await' waits for '_jobs[0].Done' while holding '_gate', and 'Disk.Save', which signals '_jobs[1].Done', "
                + "acquires '_gate' first, so the class closes a ring that no objects can. Create it with ClassPolicy.Instance, so that each object has a class of its own."));

    [Theory]
    [InlineData("_jobs[0].Done", "_jobs[1].Done", true)]
    [InlineData("_jobs[0].Done", "_jobs[0].Done", false)]
    [InlineData("_jobs[0].Done", "_jobs[_next].Done", false)]
    [InlineData("_jobs[_next].Done", "_jobs[1].Done", false)]
    [InlineData("_jobs[0].Done", "_jobs[First].Done", false)]
    [InlineData("_jobs[0].Done", "_jobs[First + 1].Done", true)]
    [InlineData("_jobs[(int)Kind.Load].Done", "_jobs[(int)Kind.Save].Done", true)]
    [InlineData("_jobs[(int)Kind.Load].Done", "_jobs[0].Done", false)]
    [InlineData("_jobs[0].Done", "_jobs[^1].Done", false)]
    public Task IndicesOfALoop_Tell(string wait, string signal, bool reports) => RunAsync(reports, Job + Disk(Loop, wait, signal));

    [Theory]
    [InlineData("for (var i = 0; i < 2; i++) { var job = new Job(); job.Number = i; _jobs[i] = job; }", true)]
    [InlineData("var job = new Job(); for (var i = 0; i < 2; i++) { job.Number = i; _jobs[i] = job; }", false)]
    [InlineData("Job? job = null; for (var i = 0; i < 2; i++) { job ??= new Job(); _jobs[i] = job; }", false)]
    [InlineData("for (var i = 0; i < 2; i++) { _jobs[i] = new Job(); } Array.Reverse(_jobs);", false)]
    [InlineData("for (var i = 0; i < 2; i++) { _jobs[i] = new Job(); } _jobs[1] = _jobs[0];", false)]
    [InlineData("for (var i = 0; i < 2; i++) { _jobs[i] = _jobs[1 - i] = new Job(); }", false)]
    [InlineData("for (var i = 0; i < 2; i++) { _jobs[i] = Make(); }", true)]
    [InlineData("_jobs[0] = new Job(); _jobs[1] = new Job();", true)]
    [InlineData("_jobs[0] = new Job(); _jobs[1] = _jobs[0];", false)]
    [InlineData("_jobs = [new Job(), new Job()];", true)]
    [InlineData("var job = new Job(); _jobs = [job, job];", false)]
    [InlineData("_jobs = new Job[] { new(), new() };", true)]
    [InlineData("_jobs = [new Job(), new Job()]; var numbers = Array.ConvertAll(_jobs, job => job.Number); _next = numbers[0];", true)]
    [InlineData("Job[] jobs = [new Job(), new Job()]; _jobs = jobs;", true)]
    [InlineData("Job[] jobs = [new Job(), new Job()]; _jobs = [..jobs];", true)]
    [InlineData("Job[] jobs = [new Job(), new Job()]; _jobs = [..jobs, ..jobs];", false)]
    [InlineData("_jobs = Enumerable.Repeat(new Job(), 2).ToArray();", false)]
    [InlineData("var job = new Job(); _jobs = Enumerable.Range(0, 2).Select(_ => job).ToArray();", false)]
    [InlineData("_jobs = MakeAll().Reverse().ToArray();", false)]
    public Task WaysToFillAnArray_Tell(string made, bool reports) => RunAsync(reports, Job + Disk(
        "private readonly Job[] _jobs = new Job[2]; public Disk() { " + made + " } private static Job Make() => new Job(); private static IEnumerable<Job> MakeAll() { for (var i = 0; i < 2; i++) { yield return new Job(); } }",
        "_jobs[0].Done", "_jobs[1].Done"));

    [Theory]
    [InlineData("for (var i = 0; i < 2; i++) { _jobs.Add(new Job()); }", true)]
    [InlineData("for (var i = 0; i < 2; i++) { _jobs.Insert(0, new Job()); }", false)]
    [InlineData("for (var i = 0; i < 2; i++) { _jobs.Add(new Job()); } _jobs.Reverse();", false)]
    [InlineData("for (var i = 0; i < 3; i++) { _jobs.Add(new Job()); } _jobs.RemoveAt(0);", false)]
    [InlineData("for (var i = 0; i < 2; i++) { var job = new Job(); _jobs.Add(job); _jobs.Add(job); }", false)]
    [InlineData("_jobs = new List<Job>(new[] { new Job(), new Job() });", true)]
    [InlineData("_jobs.AddRange(new[] { new Job(), new Job() });", false)]
    public Task WaysToFillAList_Tell(string made, bool reports) => RunAsync(reports, Job + Disk(
        "private readonly List<Job> _jobs = new(); public Disk() { " + made + " }", "_jobs[0].Done", "_jobs[1].Done"));

    [Theory]
    [InlineData("foreach (var name in new[] { \"load\", \"save\" }) { _jobs[name] = new Job(); }", "_jobs[\"load\"].Done", "_jobs[\"save\"].Done", true)]
    [InlineData("foreach (var name in new[] { \"load\", \"save\" }) { _jobs[name] = new Job(); }", "_jobs[\"load\"].Done", "_jobs[\"LOAD\"].Done", false)]
    [InlineData("foreach (var name in new[] { \"load\", \"save\" }) { _jobs[name] = new Job(); }", "_jobs[\"load\"].Done", "_jobs[_name].Done", false)]
    [InlineData("foreach (var name in new[] { \"load\", \"save\" }) { _jobs[name] = new Job(); }", "_jobs[Names.Load].Done", "_jobs[Names.Save].Done", true)]
    [InlineData("foreach (var name in new[] { \"load\", \"save\" }) { _jobs[name] = new Job(); }", "_jobs[Names.Load].Done", "_jobs[\"load\"].Done", false)]
    [InlineData("foreach (var name in new[] { \"load\", \"save\" }) { _jobs.Add(name, new Job()); }", "_jobs[\"load\"].Done", "_jobs[\"save\"].Done", true)]
    [InlineData("var job = new Job(); foreach (var name in new[] { \"load\", \"save\" }) { _jobs.Add(name, job); }", "_jobs[\"load\"].Done", "_jobs[\"save\"].Done", false)]
    [InlineData("_jobs = new() { [\"load\"] = new Job(), [\"save\"] = new Job() };", "_jobs[\"load\"].Done", "_jobs[\"save\"].Done", true)]
    [InlineData("var job = new Job(); _jobs = new() { [\"load\"] = job, [\"save\"] = job };", "_jobs[\"load\"].Done", "_jobs[\"save\"].Done", false)]
    [InlineData("_jobs = new[] { \"load\", \"save\" }.ToDictionary(name => name, _ => new Job());", "_jobs[\"load\"].Done", "_jobs[\"save\"].Done", true)]
    [InlineData("", "_jobs.GetOrAdd(\"load\", _ => new Job()).Done", "_jobs.GetOrAdd(\"save\", _ => new Job()).Done", true)]
    [InlineData("", "_jobs.GetOrAdd(\"load\", _ => new Job()).Done", "_jobs.GetOrAdd(\"load\", _ => new Job()).Done", false)]
    public Task KeysOfADictionary_Tell(string made, string wait, string signal, bool reports) => RunAsync(reports, Job + Disk(
        $"private readonly {(made.Length == 0 ? "System.Collections.Concurrent.Concurrent" : "")}Dictionary<string, Job> _jobs = new(); private string _name = \"\"; public Disk() {{ {made} }}", wait, signal));

    [Theory]
    [InlineData("Kind.Load", "Kind.Save", true)]
    [InlineData("Kind.Load", "Kind.Read", false)]
    public Task MembersOfAnEnumeration_Tell(string waited, string signalled, bool reports) => RunAsync(reports, Job + Disk(
        "private readonly Dictionary<Kind, Job> _jobs = new(); public Disk() { foreach (var kind in Enum.GetValues<Kind>()) { _jobs[kind] = new Job(); } }",
        $"_jobs[{waited}].Done", $"_jobs[{signalled}].Done"));

    [Theory]
    [InlineData("for (var i = 0; i < 2; i++) { _done[i] = {|#0:new Completion()|}; }", true)]
    [InlineData("for (var i = 0; i < 2; i++) { _done[i] = {|#0:new Completion()|}; } _done[1] = Other;", false)]
    [InlineData("var done = {|#0:new Completion()|}; for (var i = 0; i < 2; i++) { _done[i] = done; }", false)]
    [InlineData("_done[0] = {|#0:new Completion()|}; _done[1] = Other;", false)]
    public Task CompletionsInAnArray_Tell(string made, bool reports) => RunAsync(reports, Disk(
        "private static readonly Completion Other = new(); private readonly Completion[] _done = new Completion[2]; public Disk() { " + made + " }", "_done[0]", "_done[1]"));

    // An element at any key may be each of them, and is none that another line made.
    [Theory]
    [InlineData(Loop, "_jobs[0].Done", "_jobs[1].Done", true)]
    [InlineData(Loop, "_jobs[0].Done", "_jobs[_next].Done", false)]
    [InlineData(Loop, "_jobs[_next].Done", "_jobs[1].Done", false)]
    [InlineData(Loop, "_jobs[_next].Done", "_more.Done", true)]
    [InlineData(Loop, "_more.Done", "_jobs[_next].Done", true)]
    [InlineData(Loop, "_more.Done", "_jobs[1].Done", true)]
    [InlineData(Loop, "_more.Done", "_more.Done", false)]
    [InlineData(Lines, "_jobs[0].Done", "_jobs[1].Done", true)]
    [InlineData(Lines, "_jobs[0].Done", "_jobs[_next].Done", false)]
    [InlineData(Lines, "_jobs[_next].Done", "_more.Done", true)]
    [InlineData(Lines, "_jobs[1].Done", "_more.Done", true)]
    [InlineData(Lines, "_jobs[1].Done", "_jobs[1].Done", false)]
    [InlineData(Taken, "_load.Done", "_jobs[1].Done", true)]
    [InlineData(Taken, "_load.Done", "_jobs[0].Done", false)]
    [InlineData(Taken, "_load.Done", "_jobs[_next].Done", false)]
    [InlineData(Taken, "_load.Done", "_more.Done", true)]
    [InlineData(Taken, "_jobs[1].Done", "_load.Done", true)]
    [InlineData(Moved, "_all[0].Done", "_all[1].Done", true)]
    [InlineData(Moved, "_all[0].Done", "_jobs[0].Done", false)]
    [InlineData(Moved, "_all[0].Done", "_jobs[1].Done", true)]
    [InlineData(Moved, "_all[_next].Done", "_more.Done", true)]
    public Task ElementsBesideAnotherLine_Tell(string made, string wait, string signal, bool reports) => RunAsync(
        reports, Job + Disk("private readonly Job _more = new Job(); " + made, wait, signal));

    // Only a way back to the put without another object puts one object at two keys; a handler is one.
    [Theory]
    [InlineData("retry: var job = new Job(); try { _jobs[i] = job; Check(i); } catch (Exception) { i++; goto retry; }", true)]
    [InlineData("var job = new Job(); retry: try { _jobs[i] = job; Check(i); } catch (Exception) { i++; goto retry; }", false)]
    [InlineData("for (; i < 2; i++) { try { Check(i); } finally { _jobs[i] = new Job(); } }", true)]
    [InlineData("for (; i < 2; i++) { try { _jobs[i] = new Job(); } finally { Check(i); } }", true)]
    [InlineData("for (; i < 2; i++) { var job = new Job(); while (_next > 0) { _jobs[i++] = job; break; } }", true)]
    [InlineData("for (; i < 2; i++) { var job = new Job(); while (_next > 0) { _jobs[i++] = job; } }", false)]
    [InlineData("do { _jobs[i] ??= new Job(); } while (++i < 2);", true)]
    [InlineData("for (; i < 2; i++) { switch (_next) { case 1: var job = new Job(); _jobs[i] = job; break; default: _jobs[i] = new Job(); break; } }", true)]
    public Task WaysBackToThePut_Tell(string made, bool reports) => RunAsync(reports, Job + Disk(
        "private readonly Job[] _jobs = new Job[2]; private static void Check(int i) { if (i > 5) { throw new InvalidOperationException(); } } public Disk() { var i = 0; " + made + " }",
        "_jobs[0].Done", "_jobs[1].Done"));

    // What puts it is the body that makes it.
    [Theory]
    [InlineData("_jobs[i] = new Job();", true)]
    [InlineData("Put(i, new Job());", false)]
    [InlineData("_jobs[i] = Make();", true)]
    [InlineData("_jobs[i] = MakeAndPut();", false)]
    [InlineData("var job = new Job(); _jobs[i] = job; _again[i] = job;", false)]
    [InlineData("_jobs[i] = new Job(); _again[i] = new Job();", true)]
    public Task BodyThatPutsWhatAnotherOneMade_IsQuiet(string made, bool reports) => RunAsync(reports, Job + Disk(
        "private readonly Job[] _jobs = new Job[2], _again = new Job[2]; public Disk() { for (var i = 0; i < 2; i++) { " + made
        + " } } private void Put(int i, Job job) { _jobs[i] = job; } private static Job Make() => new Job(); private Job MakeAndPut() { var job = new Job(); _jobs[0] = job; return job; }",
        "_jobs[0].Done", "_jobs[1].Done"));

    // A container that is handed on keeps its keys; one of two does not.
    [Theory]
    [InlineData("_jobs = jobs;", true)]
    [InlineData("_jobs = Same(jobs);", true)]
    [InlineData("_jobs = _next > 0 ? jobs : more;", true)]
    [InlineData("more[1] = jobs[0]; _jobs = _next > 0 ? jobs : more;", false)]
    [InlineData("_jobs = jobs; _jobs[1] = jobs[0];", false)]
    [InlineData("_jobs = jobs; var job = _jobs[0]; _jobs[0] = job;", false)]
    [InlineData("_jobs = jobs; (_jobs[0], _jobs[1]) = (_jobs[1], _jobs[0]);", false)]
    [InlineData("foreach (var job in jobs) { _jobs[_next++] = job; }", false)]
    public Task ContainerThatIsHandedOn_KeepsItsKeys(string handed, bool reports) => RunAsync(reports, Job + Disk(
        "private Job[] _jobs = new Job[2]; public Disk() { Job[] jobs = new Job[2], more = new Job[2]; for (var i = 0; i < 2; i++) { jobs[i] = new Job(); } " + handed + " } private static Job[] Same(Job[] jobs) => jobs;",
        "_jobs[0].Done", "_jobs[1].Done"));

    [Theory]
    [InlineData("_load = jobs[0]; _save = jobs[1];", true)]
    [InlineData("_load = jobs[0]; _save = jobs[0];", false)]
    [InlineData("_load = jobs[0]; _save = jobs[number];", false)]
    [InlineData("_load = number > 0 ? jobs[0] : jobs[1]; _save = jobs[1];", false)]
    public Task ElementsThatAreTakenOut_StayThemselves(string taken, bool reports) => RunAsync(reports, Job + Disk(
        "private readonly Job _load; private readonly Job _save; public Disk(int number) { var jobs = new Job[2]; for (var i = 0; i < 2; i++) { jobs[i] = new Job(); } " + taken + " }",
        "_load.Done", "_save.Done"));

    [Theory]
    [InlineData("var job = _jobs[0];", true)]
    [InlineData("var job = _jobs[0]; if (_next > 0) { job = _jobs[1]; }", false)]
    [InlineData("var job = _jobs[1]; job = _jobs[0];", true)]
    [InlineData("var job = _next > 0 ? _jobs[0] : _jobs[1];", false)]
    [InlineData("var job = Get();", true)]
    [InlineData("var job = Any();", false)]
    public Task VariableThatMayBeSeveral_IsQuiet(string taken, bool reports) => RunAsync(reports, Job + $$"""
        public sealed class Disk
        {
            private readonly object _gate = new();
            private int _next;
            {{Loop}}
            private Job Get() => _jobs[0];
            private Job Any() { if (_next > 0) { return _jobs[0]; } return _jobs[1]; }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); _next++; }
            public void Reset() { {{taken}} lock (_gate) { job.Done.Wait(); } }
            private void Load() { _jobs[0].Done.Complete(); }
            private void Save() { lock (_gate) { } _jobs[1].Done.Complete(); }
        }
        """);

    [Fact]
    public Task SignalsOfTwoElementsInOneBody_StayApart() => RunAsync(false, Job + $$"""
        public sealed class Disk
        {
            private readonly object _gate = new();
            {{Loop}}
            public void Start() { new Thread(Run).Start(); }
            public void Reset() { lock (_gate) { _jobs[1].Done.Wait(); } }
            private void Run() { _jobs[0].Done.Complete(); _jobs[1].Done.Complete(); lock (_gate) { } }
        }
        """);

    [Theory]
    [InlineData("_queues[0]", "_queues[1]", true)]
    [InlineData("_queues[0]", "_queues[0]", false)]
    public Task PartsOfElements_AreFollowed(string waited, string signalled, bool reports) => RunAsync(reports, Job + $$"""
        public sealed class Queue { private readonly Job _job = new Job(); public void Flush() => _job.Done.Wait(); public void Ran() => _job.Done.Complete(); }
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Queue[] _queues = new Queue[2];
            public Disk() { for (var i = 0; i < 2; i++) { _queues[i] = new Queue(); } }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { {{waited}}.Flush(); } }
            private void Load() { {{waited}}.Ran(); }
            private void Save() { lock (_gate) { } {{signalled}}.Ran(); }
        }
        """);

    internal static string Disk(string made, string wait, string signal) => $$"""

        public enum Kind { Load, Save, Read = Load }
        public static class Names { public static readonly string Load = "load"; public const string Save = "save"; }
        public sealed class Disk
        {
            private const int First = 0;
            private readonly object _gate = new();
            private int _next;
            {{made}}
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); _next++; }
            public void Reset() { lock (_gate) { {{wait}}.Wait(); } }
            private void Load() { {{wait}}.Complete(); }
            private void Save() { lock (_gate) { } {{signal}}.Complete(); }
        }
        """;

    private static Task RunAsync(bool reports, string source) => CoarseClassTests.RunAsync(reports, source);
}
