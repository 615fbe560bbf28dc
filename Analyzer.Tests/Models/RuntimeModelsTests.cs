using System.Reflection;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Tests.Models;

/// <summary>The model file and the runtime library cannot part: what a primitive can do is modelled, or listed here with the reason why not.</summary>
public class RuntimeModelsTests
{
    private const string Quiet = "it neither blocks nor lets go";
    private const string GivesTask = "the call blocks nobody; what waits for its task does";
    private const string ByContext = "under an acquire context a ring of these is refused, not a deadlock, and overloads share a line";
    private const string OwnPerThread = "each thread has one of its own, so it blocks nobody else";
    private const string AsyncScope = "no effect says yet that a lock is held by an awaited result, over awaits";

    private static readonly Dictionary<string, string> _unmodelled = new(StringComparer.Ordinal)
    {
        ["KThreadRuntime.Completion::Owe"] = Quiet,
        ["KThreadRuntime.Completion::Reinitialize"] = Quiet,
        ["KThreadRuntime.Completion::TryWait"] = Quiet,
        ["KThreadRuntime.Completion::WaitAsync"] = GivesTask,
        ["KThreadRuntime.KAsyncMutex.Acquisition.Awaiter::GetResult"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Acquisition.Awaiter::OnCompleted"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Acquisition.Awaiter::UnsafeOnCompleted"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Acquisition.Configured::GetAwaiter"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Acquisition::AsTask"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Acquisition::ConfigureAwait"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Acquisition::GetAwaiter"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Releaser::Dispose"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex.Releaser::Release"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex::Acquire"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex::AcquireAsync"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex::TryAcquire"] = AsyncScope,
        ["KThreadRuntime.KAsyncMutex::TryAcquireAsync"] = AsyncScope,
        ["KThreadRuntime.KLocalLock.Scope::Dispose"] = OwnPerThread,
        ["KThreadRuntime.KLocalLock::Acquire"] = OwnPerThread,
        ["KThreadRuntime.KLocalLock::Dispose"] = Quiet,
        ["KThreadRuntime.KLocalLock::EnterScope"] = OwnPerThread,
        ["KThreadRuntime.KLocalLock::Release"] = OwnPerThread,
        ["KThreadRuntime.KLocalLock::TryAcquire"] = OwnPerThread,
        ["KThreadRuntime.KMutex::Dispose"] = Quiet,
        ["KThreadRuntime.KRawSpinLock::Dispose"] = Quiet,
        ["KThreadRuntime.KRtMutex::Dispose"] = Quiet,
        ["KThreadRuntime.KRwLock::Dispose"] = Quiet,
        ["KThreadRuntime.KRwSemaphore::Dispose"] = Quiet,
        ["KThreadRuntime.KRwSemaphore::Downgrade"] = "it counts as held for writing until it is released, which errs on the strict side",
        ["KThreadRuntime.KSemaphore::AcquireAsync"] = GivesTask,
        ["KThreadRuntime.KSemaphore::TryAcquireAsync"] = GivesTask,
        ["KThreadRuntime.KSemaphore::TryAcquire"] = "units are often given back by another thread, which a held lock is not",
        ["KThreadRuntime.KSpinLock::Dispose"] = Quiet,
        ["KThreadRuntime.KThread::Bind"] = Quiet,
        ["KThreadRuntime.KThread::DisposeAsync"] = GivesTask,
        ["KThreadRuntime.KThread::ParkMe"] = "its end is another thread's Unpark, which no effect names",
        ["KThreadRuntime.KThread::RequestStop"] = Quiet,
        ["KThreadRuntime.KThread::StopAsync"] = GivesTask,
        ["KThreadRuntime.KThread::StopWhen"] = Quiet,
        ["KThreadRuntime.KThread::Unpark"] = Quiet,
        ["KThreadRuntime.KThread::WaitForExitAsync"] = GivesTask,
        ["KThreadRuntime.KThread::WaitForWake"] = "its end is another thread's Wake, which no effect names",
        ["KThreadRuntime.KThread::Wake"] = Quiet,
        ["KThreadRuntime.KThreadWorker::CancelSyncAsync"] = GivesTask,
        ["KThreadRuntime.KThreadWorker::Create"] = Quiet,
        ["KThreadRuntime.KThreadWorker::DestroyAsync"] = GivesTask,
        ["KThreadRuntime.KThreadWorker::DisposeAsync"] = GivesTask,
        ["KThreadRuntime.KThreadWorker::FlushAsync"] = GivesTask,
        ["KThreadRuntime.KThreadWorker::FlushWorkAsync"] = GivesTask,
        ["KThreadRuntime.KThreadWorker::ModifyDelayed"] = "the work is bound to its function where it is made",
        ["KThreadRuntime.KThreadWorker::Queue"] = "the work is bound to its function where it is made",
        ["KThreadRuntime.KThreadWorker::QueueDelayed"] = "the work is bound to its function where it is made",
        ["KThreadRuntime.WwAcquireContext::Dispose"] = Quiet,
        ["KThreadRuntime.WwAcquireContext::Done"] = Quiet,
        ["KThreadRuntime.WwMutex::Acquire"] = ByContext,
        ["KThreadRuntime.WwMutex::AcquireSlow"] = ByContext,
        ["KThreadRuntime.WwMutex::Dispose"] = Quiet,
        ["KThreadRuntime.WwMutex::Release"] = ByContext,
        ["KThreadRuntime.WwMutex::TryAcquire"] = ByContext,
    };

    public static TheoryData<string> Members => new(Names());

    [Theory]
    [MemberData(nameof(Members))]
    public void MemberOfAPrimitive_IsModelledOrHasItsReason(string member)
    {
        bool isModelled = ApiModelsTests.Lines.Any(row => row[1] + "::" + row[2] == member);

        Assert.True(isModelled != _unmodelled.ContainsKey(member), isModelled ? $"{member} is modelled after all." : $"{member} has neither a model nor a reason.");
    }

    [Fact]
    public void EachReason_IsThatOfAMember() => Assert.Empty(_unmodelled.Keys.Except(Names()));

    private static IEnumerable<string> Names() => Primitives().SelectMany(MembersOf).Distinct(StringComparer.Ordinal);

    private static IEnumerable<Type> Primitives() =>
        typeof(KThreadRuntime.Completion).Assembly.GetExportedTypes().Where(static type => type is { Namespace: "KThreadRuntime", IsEnum: false }
            && !type.FullName!.Split('.')[1].StartsWith("Lock", StringComparison.Ordinal)
            && Outermost(type) is { Name: "Completion" } or { Name: ['K', >= 'A' and <= 'Z', ..] } or { Name: ['W', 'w', ..] });

    private static IEnumerable<string> MembersOf(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(static method => !method.IsSpecialName && method.GetBaseDefinition().DeclaringType != typeof(object) && method.GetBaseDefinition().DeclaringType != typeof(ValueType))
            .Select(method => $"{type.FullName!.Replace('+', '.')}::{method.Name}");

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
