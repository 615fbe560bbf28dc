using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

public class PointsToTests
{
    private static readonly Value _field = Value.Member(Value.This, "F:C._field");

    [Fact]
    public void MethodGroupInField_IsFound() => AssertRuns(["C.A"], _field, "Action? _field; void Set() => _field = A;");

    [Fact]
    public void EmptyField_RunsNothing() => AssertRuns([], _field, "Action? _field; Action? _other; void Set() => _other = A;");

    [Fact]
    public void CombinedDelegates_RunBoth() => AssertRuns(["C.A", "C.B"], _field, "Action? _field; void Set() { _field = A; _field += B; }");

    [Fact]
    public void ConditionalDelegates_RunEither() => AssertRuns(["C.A", "C.B"], _field, "Action? _field; void Set(bool a) => _field = a ? A : B;");

    [Fact]
    public void Event_RunsItsHandlers() => AssertRuns(["C.A"], Value.Member(Value.This, "E:C.Raised"), "event Action? Raised; void Set() => Raised += A;");

    [Fact]
    public void List_RunsWhatItHolds() => AssertRuns(["C.A"], Value.Element(_field), "readonly List<Action> _field = new(); void Set() => _field.Add(A);");

    [Fact]
    public void Parameter_RunsWhatCallersPass() => AssertRuns(["C.A", "C.B"], Value.Parameter("M:C.Run(System.Action)", 0), "void Run(Action action) => action(); void Set() { Run(A); Run(B); }");

    [Fact]
    public void ReturnedDelegate_IsFound() => AssertRuns(["C.A"], _field, "Action? _field; Action Make() => A; void Set() => _field = Make();");

    [Fact]
    public void DelegateThroughConstructor_IsFound() => AssertRuns(
        ["C.A"], Value.Member(Value.This, "F:C.Job._run"), "sealed class Job { readonly Action _run; public Job(Action run) => _run = run; } object Set() => new Job(A);");

    [Fact]
    public void DelegateThroughDelegateArgument_IsFound() => AssertRuns(
        ["C.A"], _field, "Action? _field; Action<Action>? _setter; void Set() { _setter = Keep; _setter(A); } void Keep(Action action) => _field = action;");

    [Fact]
    public void DelegateHandedToItself_Terminates() => AssertRuns(
        ["C.A"], _field, "Action? _field; void Set() { _field = A; Again(_field, 3); } void Again(Action action, int n) { _field = action; Again(_field, n - 1); }");

    [Fact]
    public void SpawnedBody_IsKnownWithItsContext()
    {
        PointsTo pointsTo = Solve("Thread? _field; void Set() { _field = new Thread(A); _field.Start(); }");

        string context = Assert.Single(pointsTo.SpawnedBodies["M:C.A"]);
        Assert.Equal([context], pointsTo.Objects(_field));
        Assert.Equal("M:C.A", Assert.Single(pointsTo.SpawnedBodies).Key);
    }

    [Fact]
    public void TaskOfAsyncMethod_IsTheMethods()
        => Assert.Equal(["async@M:C.Run"], Solve("Task? _field; async Task Run() => await Task.Yield(); void Set() => _field = Run();").Objects(_field));

    [Fact]
    public void TwoCreationSites_AreTwoObjects()
    {
        PointsTo pointsTo = Solve("readonly ManualResetEventSlim _field = new(); readonly ManualResetEventSlim _other = new();");

        Assert.NotEqual(Assert.Single(pointsTo.Objects(_field)), Assert.Single(pointsTo.Objects(Value.Member(Value.This, "F:C._other"))));
    }

    [Fact]
    public void Queue_IsToldFromWhatItCarries()
    {
        PointsTo pointsTo = Solve("""
            readonly System.Collections.Concurrent.BlockingCollection<ManualResetEventSlim> _field = new();
            void Set() => _field.Add(new ManualResetEventSlim());
            """);

        Assert.Single(pointsTo.Objects(_field), pointsTo.IsQueue);
        Assert.Single(pointsTo.Objects(_field), key => !pointsTo.IsQueue(key));
    }

    [Fact]
    public void DisposedTimer_SignalsWhenItsCallbacksHaveEnded()
    {
        PointsTo pointsTo = Solve("Timer? _field; void Set(ManualResetEvent done) { _field = new Timer(_ => A()); _field.Dispose(done); }");

        Assert.Equal(Value.Parameter("M:C.Set(System.Threading.ManualResetEvent)", 0), Assert.Single(pointsTo.EndSignals).Completion);
        Assert.Equal(_field, Assert.Single(pointsTo.EndSignals).Source);
    }

    [Fact]
    public void Cancellation_StopsTheSolver()
    {
        Analyzers.Graph.Program program = ProgramFacts.Of("class C { void A() { } }");

        Assert.ThrowsAny<OperationCanceledException>(() => new PointsTo(program, new CancellationToken(canceled: true)));
    }

    private static void AssertRuns(string[] names, Value place, string members)
        => Assert.Equal(names, Solve(members).Functions(place).Select(static body => body.Name));

    private static PointsTo Solve(string members) => new(ProgramFacts.Of($$"""
        #nullable enable
        public sealed class C
        {
            {{members}}
            void A() { }
            void B() { }
        }
        """), CancellationToken.None);
}
