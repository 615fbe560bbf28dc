namespace KThreadRuntime.Tests;

public class KThreadAffinityTests
{
    [Fact]
    public void Bind_KeepsTheThreadOnThatProcessor()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int last = LastAllowed(AllowedHere());
        string allowed = "";
        using var thread = KThread.Create(_ =>
        {
            allowed = AllowedHere();
            return 0;
        });
        thread.Bind(0);
        thread.Bind(last);
        thread.Wake();
        thread.Stop();

        Assert.Equal(last.ToString(), allowed);
    }

    [Fact]
    public void Bind_ToAProcessorThatIsNotThere_RunsAllTheSame()
    {
        using var ran = new ManualResetEventSlim();
        using var thread = KThread.Create(_ =>
        {
            ran.Set();
            return 7;
        });
        thread.Bind(1023);
        thread.Wake();

        Assert.True(ran.Wait(Patience.Limit));
        Assert.Equal(7, thread.Stop());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1024)]
    public void Bind_ToANumberThatNoProcessorHas_IsRefused(int cpu)
    {
        using var thread = KThread.Create(_ => 0);

        Assert.Equal("cpu", Assert.Throws<ArgumentOutOfRangeException>(() => thread.Bind(cpu)).ParamName);
    }

    [Fact]
    public void Bind_AfterTheFirstWake_IsRefused()
    {
        using var thread = KThread.Run(self =>
        {
            self.WaitForWake();
            return 0;
        });

        Assert.Throws<InvalidOperationException>(() => thread.Bind(0));
    }

    private static string AllowedHere() =>
        File.ReadLines("/proc/thread-self/status").Single(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim();

    /// <summary>Of a list such as 0-3,8.</summary>
    private static int LastAllowed(string list) => int.Parse(list.Split(',')[^1].Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);
}
