using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>What a fix is tried against: the code as it is by then, which may have the finding no more.</summary>
public class FixTrialTests
{
    private const string Waiter = """
        public sealed partial class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            private int _n;
            public void Start() => new Thread(Work).Start();
            public void Stop()
            {
                lock (_gate)
                {
                    _n++;
                    _done.Wait();
                }
            }
        }
        """;

    [Theory]
    [InlineData("lock (_gate) { } _done.Set();", true)]
    [InlineData("_done.Set();", false)]
    public async Task FindingOfAnOlderState_IsOfferedNoFix(string now, bool isOffered)
    {
        const string Work = "public sealed partial class C { private void Work() { lock (_gate) { } _done.Set(); } }";
        Project project = TestWorkspace.CreateProject(new TestState(), [("/0/Waiter.cs", Waiter), ("/0/Work.cs", Work)], []);
        Diagnostic found = Assert.Single(await FixLaw.DiagnoseAsync(project), diagnostic => diagnostic.Id == "XR1001");

        Document work = project.Documents.Single(document => document.Name == "Work.cs");
        Project later = work.WithText(SourceText.From(Work.Replace("lock (_gate) { } _done.Set();", now, StringComparison.Ordinal))).Project;

        Assert.Equal(isOffered, (await FixLaw.OfferedAsync(new MoveWaitOutOfLockFixer(), later, found)).Any());
    }
}
