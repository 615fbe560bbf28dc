namespace KThreadRuntime;

/// <summary>How often something was done and how long it took: being blocked, or holding.</summary>
/// <param name="Count">How often.</param>
/// <param name="Min">The shortest.</param>
/// <param name="Max">The longest.</param>
/// <param name="Total">All together.</param>
public readonly record struct LockTimes(long Count, TimeSpan Min, TimeSpan Max, TimeSpan Total)
{
    /// <summary>The mean; zero when there was none.</summary>
    public TimeSpan Average => Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Total.Ticks / Count);

    internal LockTimes With(TimeSpan time) =>
        new(Count + 1, Count == 0 || time < Min ? time : Min, time > Max ? time : Max, Total + time);
}
