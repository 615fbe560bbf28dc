namespace KThreadRuntime.Blocking;

/// <summary>The range of a timeout, as everywhere in .NET.</summary>
internal static class Timeouts
{
    internal static int ToMilliseconds(TimeSpan timeout, string parameter)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (timeout != System.Threading.Timeout.InfiniteTimeSpan && milliseconds is < 0 or > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(parameter, timeout, "A timeout is Timeout.InfiniteTimeSpan or 0 to int.MaxValue milliseconds.");
        }

        return timeout == System.Threading.Timeout.InfiniteTimeSpan ? -1 : (int)Math.Ceiling(milliseconds);
    }
}
