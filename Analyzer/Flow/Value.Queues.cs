namespace CrossRelease.Analyzers.Flow;

/// <content>What is waited for in queues, and the tasks that stand for such waits.</content>
internal sealed partial class Value
{
    private const string RoomMember = "~room";
    private const string TaskMark = "~task of queue";
    private const string ForRoom = " room";
    private const string Cancellable = " token";

    /// <summary>The completion that a queue has room.</summary>
    public static Value Room(Value queue) => Member(queue, RoomMember);

    /// <summary>For the room of a queue, that queue; else null.</summary>
    public Value? QueueOfRoom => Kind == ValueKind.Member && Id == RoomMember ? Base : null;

    /// <summary>The task of a queue's asynchronous member: who waits for it waits for the queue, or for room in it.</summary>
    public static Value TaskOfQueue(Value queue, bool isForRoom, bool isCancellable) =>
        queue.Kind == ValueKind.Unknown ? queue : Member(queue, TaskMark + (isForRoom ? ForRoom : "") + (isCancellable ? Cancellable : ""));

    /// <summary>For the task of a queue what is waited for; else null.</summary>
    public Value? AwaitedInQueue => Kind != ValueKind.Member || !Id.StartsWith(TaskMark, StringComparison.Ordinal) ? null : Id.Contains(ForRoom) ? Room(Base!) : Base;

    /// <summary>Whether it is the task of a queue that a token may end.</summary>
    public bool IsCancellableInQueue => AwaitedInQueue is not null && Id.EndsWith(Cancellable, StringComparison.Ordinal);
}
