namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR3001 where a query, a conversion or an iterator makes what is in a container: each of its turns makes an object of its own, or hands out one that is there.</summary>
public class CoarseClassSequenceTests
{
    private const string Job = "public sealed class Job { public readonly Completion Done = {|#0:new()|}; public int Number; }";

    private const string Numbers = "Enumerable.Range(0, 2)";

    [Theory]
    [InlineData("Job[]", Numbers + ".Select(_ => new Job()).ToArray()")]
    [InlineData("List<Job>", Numbers + ".Select(_ => new Job()).ToList()")]
    [InlineData("System.Collections.ObjectModel.ReadOnlyCollection<Job>", Numbers + ".Select(_ => new Job()).ToList().AsReadOnly()")]
    [InlineData("IReadOnlyList<Job>", Numbers + ".Select(_ => new Job()).ToList()")]
    [InlineData("IReadOnlyList<Job>", Numbers + ".Select(_ => new Job()).ToList().AsReadOnly()")]
    [InlineData("List<Job>", "new(" + Numbers + ".Select(_ => new Job()))")]
    [InlineData("List<Job>", "[.." + Numbers + ".Select(_ => new Job())]")]
    [InlineData("Job[]", "(from number in " + Numbers + " select new Job()).ToArray()")]
    [InlineData("Job[]", Numbers + ".Select(number => { var job = new Job(); job.Number = number; return job; }).ToArray()")]
    [InlineData("Job[]", Numbers + ".Select(_ => Make()).ToArray()")]
    [InlineData("Job[]", Numbers + ".Select(Numbered).ToArray()")]
    [InlineData("Job[]", Numbers + ".SelectMany(_ => new[] { new Job(), new Job() }).ToArray()")]
    [InlineData("Job[]", Numbers + ".SelectMany(_ => MakeAll()).ToArray()")]
    [InlineData("Job[]", "Array.ConvertAll(new[] { 0, 1 }, _ => new Job())")]
    [InlineData("List<Job>", "new List<int> { 0, 1 }.ConvertAll(_ => new Job())")]
    [InlineData("Job[]", "new List<int> { 0, 1 }.ConvertAll(Numbered).ToArray()")]
    [InlineData("Dictionary<int, Job>", Numbers + ".ToDictionary(number => number, _ => new Job())")]
    [InlineData("Dictionary<int, Job>", Numbers + ".Select(Numbered).ToDictionary(job => job.Number)")]
    [InlineData("Job[]", "MakeAll().ToArray()")]
    [InlineData("List<Job>", "MakeAll().ToList()")]
    [InlineData("Job[]", "MakeTwo().ToArray()")]
    [InlineData("List<Job>", "new() { new(), new() }")]
    [InlineData("Dictionary<int, Job>", "new() { { 0, new Job() }, { 1, new Job() } }")]
    public async Task EachTurnMakesOne_Tells(string type, string made)
    {
        await RunAsync(true, type, made, "_jobs[0].Done", "_jobs[1].Done");
        await RunAsync(false, type, made, "_jobs[0].Done", "_jobs[0].Done");
        await RunAsync(false, type, made, "_jobs[0].Done", "_jobs[_next].Done");
    }

    [Theory]
    [InlineData("Job[][]", Numbers + ".Select(_ => new[] { new Job() }).ToArray()", "_jobs[0][0].Done", "_jobs[1][0].Done")]
    [InlineData("Job[]", "MakeAll().Where(job => job.Number == 0).ToArray()", "_jobs[0].Done", "_jobs[1].Done")]
    [InlineData("Job[]", "MakeAll().OrderBy(job => job.Number).ToArray()", "_jobs[0].Done", "_jobs[1].Done")]
    public Task KnownMiss_ContainersOfContainersAndParts(string type, string made, string wait, string signal) => RunAsync(false, type, made, wait, signal);

    // One object, at one key or at several.
    [Theory]
    [InlineData("Job[]", Numbers + ".Select(_ => One).ToArray()")]
    [InlineData("Job[]", Numbers + ".Select(_ => Cached()).ToArray()")]
    [InlineData("Job[]", Numbers + ".Select(_ => s_cached ??= new Job()).ToArray()")]
    [InlineData("Job[]", "Same().ToArray()")]
    [InlineData("Job[]", "Twice().ToArray()")]
    [InlineData("Job[]", "MakeAll().Concat(MakeAll()).ToArray()")]
    [InlineData("Job[]", "MakeAll().Reverse().ToArray()")]
    [InlineData("Job[]", Numbers + ".SelectMany(_ => Shared).ToArray()")]
    [InlineData("Job[]", Numbers + ".SelectMany(_ => Filled()).ToArray()")]
    [InlineData("Job[]", Numbers + ".SelectMany(_ => { var job = new Job(); return new[] { job, job }; }).ToArray()")]
    [InlineData("List<Job>", "new List<int> { 0, 1 }.ConvertAll(_ => One)")]
    [InlineData("Job[]", "Array.ConvertAll(new[] { 0, 1 }, _ => Cached())")]
    [InlineData("Dictionary<int, Job>", "Same().ToDictionary(job => job.Number)")]
    [InlineData("Dictionary<int, Job>", "new() { { 0, One }, { 1, One } }")]
    [InlineData("List<Job>", "new() { One, One }")]
    public Task OneThatSeveralTurnsHandOut_IsQuiet(string type, string made) => RunAsync(false, type, made, "_jobs[0].Done", "_jobs[1].Done");

    // What the lambda finds in a variable around it is there in the next turn too; its own variable is not.
    [Theory]
    [InlineData("Job? job = null; _jobs = " + Numbers + ".Select(_ => job ??= new Job()).ToArray();", false)]
    [InlineData("_jobs = " + Numbers + ".Select(_ => { Job? job = null; return job ??= new Job(); }).ToArray();", true)]
    [InlineData("var job = new Job(); _jobs = " + Numbers + ".Select(_ => job).ToArray();", false)]
    [InlineData("var given = new[] { new Job() }; _jobs = " + Numbers + ".SelectMany(_ => given).ToArray();", false)]
    [InlineData("var all = new List<Job>(); _jobs = " + Numbers + ".SelectMany(_ => { all.Add(new Job()); return all; }).ToArray();", false)]
    [InlineData("_jobs = " + Numbers + ".SelectMany(_ => { var all = new List<Job>(); all.Add(new Job()); return all; }).ToArray();", true)]
    [InlineData("Job? job = null; Job Make() => job ??= new Job(); for (var i = 0; i < 2; i++) { _jobs[i] = Make(); }", false)]
    [InlineData("Job Make() { Job? job = null; return job ??= new Job(); } for (var i = 0; i < 2; i++) { _jobs[i] = Make(); }", true)]
    [InlineData("IEnumerable<Job> All() { for (var i = 0; i < 2; i++) { yield return new Job(); } } _jobs = All().ToArray();", true)]
    [InlineData("Job? job = null; IEnumerable<Job> All() { for (var i = 0; i < 2; i++) { yield return job ??= new Job(); } } _jobs = All().ToArray();", false)]
    public Task VariableAroundTheFunction_OutlivesItsTurns(string made, bool reports) => CoarseClassTests.RunAsync(
        reports, Job + CoarseClassElementTests.Disk("private readonly Job[] _jobs = new Job[2]; public Disk() { " + made + " }", "_jobs[0].Done", "_jobs[1].Done"));

    // A sequence that is kept may be asked again, for other keys; then the two may hold one object.
    [Theory]
    [InlineData("_jobs = " + Numbers + ".Select(Numbered).ToDictionary(job => job.Number);", true)]
    [InlineData("var all = " + Numbers + ".Select(Numbered).ToArray(); _jobs = all.ToDictionary(job => job.Number);", false)]
    [InlineData("_all = " + Numbers + ".Select(Numbered).ToArray(); _jobs = _all.ToDictionary(job => job.Number);", false)]
    public Task DictionaryOfWhatIsKept_IsQuiet(string made, bool reports) => CoarseClassTests.RunAsync(reports, Job + CoarseClassElementTests.Disk(
        Makers + " private Job[] _all = []; private Dictionary<int, Job> _jobs = new(); public Disk() { " + made + " }", "_jobs[0].Done", "_jobs[1].Done"));

    [Theory]
    [InlineData("_all = MakeAll().ToArray(); _jobs = MakeAll().ToDictionary(job => job.Number);", true)]
    [InlineData("_jobs = (_all = MakeAll().ToArray()).ToDictionary(job => job.Number);", false)]
    public Task DictionaryBesideTheSequence_HasOtherKeys(string made, bool reports) => CoarseClassTests.RunAsync(reports, Job + CoarseClassElementTests.Disk(
        Makers + " private Job[] _all = []; private Dictionary<int, Job> _jobs = new(); public Disk() { " + made + " }", "_all[0].Done", "_jobs[1].Done"));

    [Theory]
    [InlineData("_all[0].Done", true)]
    [InlineData("_all[1].Done", false)]
    [InlineData("_more[1].Done", true)]
    [InlineData("_more[0].Done", true)]
    public Task ContainersOfOneSequence_AreComparedByTheirKeys(string waited, bool reports) => CoarseClassTests.RunAsync(reports, Job + CoarseClassElementTests.Disk(
        "private readonly Job[] _more = " + Numbers + ".Select(_ => new Job()).ToArray(); private readonly Job[] _all; private readonly List<Job> _jobs; public Disk() { _all = "
        + Numbers + ".Select(_ => new Job()).ToArray(); _jobs = _all.ToList(); }",
        waited, "_jobs[1].Done"));

    [Theory]
    [InlineData("private readonly IDictionary<int, Job> _jobs = new Dictionary<int, Job>(); public Disk() { for (var i = 0; i < 2; i++) { _jobs[i] = new Job(); } }", true)]
    [InlineData("private readonly IDictionary<int, Job> _jobs = new Dictionary<int, Job>(); public Disk() { var job = new Job(); for (var i = 0; i < 2; i++) { _jobs[i] = job; } }", false)]
    [InlineData("private readonly IList<Job> _jobs = new List<Job>(); public Disk() { for (var i = 0; i < 2; i++) { _jobs.Add(new Job()); } }", true)]
    [InlineData("private readonly IList<Job> _jobs = new List<Job> { new(), new() };", true)]
    [InlineData("private readonly IList<Job> _jobs = new List<Job> { new(), new() }; public void Turn() => _jobs[0] = _jobs[1];", false)]
    [InlineData("private readonly Jobs _jobs = new();", false)]
    [InlineData("private readonly IJobs _jobs = new Jobs();", false)]
    [InlineData("private readonly IReadOnlyList<Job> _jobs = new Jobs().All;", false)]
    public Task CollectionBehindAnInterface_Tells(string made, bool reports) => CoarseClassTests.RunAsync(reports, Job + """

        public interface IJobs { Job this[int index] { get; } }
        public sealed class Jobs : IJobs
        {
            private readonly Job _one = new Job();
            public Job this[int index] => _one;
            public IReadOnlyList<Job> All => new[] { _one, _one };
        }
        """ + CoarseClassElementTests.Disk(made, "_jobs[0].Done", "_jobs[1].Done"));

    // What a factory keeps and hands out is one object in two places.
    [Theory]
    [InlineData("_last.Done", "_load.Done", false)]
    [InlineData("_all[0].Done", "_load.Done", false)]
    [InlineData("_load.Done", "_all[1].Done", false)]
    [InlineData("_load.Done", "_save.Done", true)]
    public Task FactoryThatKeepsWhatItMakes_IsNoOtherOrigin(string wait, string signal, bool reports) => CoarseClassTests.RunAsync(reports, Job + CoarseClassElementTests.Disk(
        "private readonly List<Job> _all = new(); private Job _last = null!; private readonly Job _load, _save; public Disk() { _load = Kept(); _save = Kept(); } private Job Kept() { var job = new Job(); _last = job; _all.Add(job); return job; }",
        wait, signal));

    [Theory]
    [InlineData("{|#0:new Completion()|}", true)]
    [InlineData("Other", false)]
    public Task CompletionsOfAQuery_Tell(string made, bool reports) => CoarseClassTests.RunAsync(reports, CoarseClassElementTests.Disk(
        "private static readonly Completion Other = " + (reports ? "new()" : "{|#0:new()|}") + "; private readonly Completion[] _done = " + Numbers + ".Select(_ => " + made + ").ToArray();",
        "_done[0]", "_done[1]"));

    private const string Makers = """
        private static readonly Job One = new Job();
        private static readonly Job[] Shared = new Job[1];
        private static Job? s_cached;
        private static Job Make() => new Job();
        private static Job Numbered(int number) => new Job { Number = number };
        private static Job Cached() => s_cached ??= new Job();
        private static Job[] Filled() { Shared[0] = new Job(); return Shared; }
        private static IEnumerable<Job> MakeAll() { for (var i = 0; i < 2; i++) { yield return new Job(); } }
        private static IEnumerable<Job> MakeTwo() { yield return new Job(); yield return new Job(); }
        private static IEnumerable<Job> Same() { var job = new Job(); for (var i = 0; i < 2; i++) { yield return job; } }
        private static IEnumerable<Job> Twice() { for (var i = 0; i < 2; i++) { var job = new Job(); yield return job; yield return job; } }
        """;

    private static Task RunAsync(bool reports, string type, string made, string wait, string signal) =>
        CoarseClassTests.RunAsync(reports, Job + CoarseClassElementTests.Disk($"{Makers} private readonly {type} _jobs = {made};", wait, signal));
}
