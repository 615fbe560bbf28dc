using System.Reflection;
using System.Runtime.Loader;

namespace KThreadRuntime.Tests;

/// <summary>The process's own validator, as code and settings make it: in copies of the library, since each process has but one.</summary>
[Collection(AloneCollection.Name)]
public sealed class ConfigureTests : IDisposable
{
    private const string ReportFile = "KTHREADRUNTIME_LOCKDEP_REPORTFILE";
    private const string Prediction = "KTHREADRUNTIME_LOCKDEP_PREDICTION";
    private const string HungWait = "KTHREADRUNTIME_LOCKDEP_HUNGWAITSECONDS";

    private readonly AssemblyLoadContext _apart = new(nameof(ConfigureTests), isCollectible: true);
    private readonly Assembly _library;
    private readonly string _folder = Directory.CreateTempSubdirectory("lockdep").FullName;

    public ConfigureTests()
    {
        // The other tests' copy has its validator before any setting changes.
        Assert.NotNull(LockdepValidator.Default);
        _library = _apart.LoadFromAssemblyPath(typeof(KMutex).Assembly.Location);
    }

    [Fact]
    public void WithoutAWord_TheOptionsAreTheDefaults()
    {
        var defaults = new LockdepOptions();

        Assert.Equal(defaults.Prediction, Options().Prediction);
        Assert.Equal(defaults.HungWaitThreshold, Options().HungWaitThreshold);
        Assert.Empty(Options().Sinks);
    }

    [Fact]
    public void ConfiguredFirst_TheDefaultJudgesSo()
    {
        Set(Prediction, "true");
        Configure(o => o.GetType().GetProperty(nameof(LockdepOptions.Prediction))!.SetValue(o, false));

        Assert.False((bool)Options().Prediction);
    }

    [Fact]
    public void ConfiguredTwice_IsRefused()
    {
        Configure(_ => { });

        Assert.Contains("configured before", Assert.Throws<InvalidOperationException>(() => Configure(_ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConfiguredAfterTheFirstPrimitive_IsRefused()
    {
        Activator.CreateInstance(Type(nameof(Completion)), [null, null, null, "", 0, ""]);

        Assert.Contains("in use already", Assert.Throws<InvalidOperationException>(() => Configure(_ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsAndKeys_AreNoUseOfIt()
    {
        Activator.CreateInstance(Type(nameof(LockClassKey)), ["key", "", 0, ""]);
        Configure(_ => { });

        Assert.NotNull((object)Options());
    }

    [Fact]
    public void NoOptions_AreRefused() => Assert.Throws<ArgumentNullException>(() => LockdepValidator.Configure(null!));

    [Fact]
    public void EnvironmentVariables_AreRead()
    {
        string file = Path.Combine(_folder, "reports.jsonl");
        Set(ReportFile, file);
        Set(Prediction, "false");
        Set(HungWait, "1.5");

        Assert.False((bool)Options().Prediction);
        Assert.Equal(TimeSpan.FromSeconds(1.5), Options().HungWaitThreshold);
        dynamic sink = Enumerable.Single((IEnumerable<object>)Options().Sinks);
        Assert.Equal(file, (string)sink.FilePath);
    }

    [Fact]
    public void Configuration_IsReadToo_ButTheEnvironmentComesFirst()
    {
        AppDomain.CurrentDomain.SetData("KThreadRuntime.Lockdep.HungWaitSeconds", "7");
        AppDomain.CurrentDomain.SetData("KThreadRuntime.Lockdep.Prediction", "false");
        Set(HungWait, "-1");

        Assert.Equal(Timeout.InfiniteTimeSpan, Options().HungWaitThreshold);
        Assert.False((bool)Options().Prediction);
    }

    [Theory]
    [InlineData(Prediction, "perhaps")]
    [InlineData(HungWait, "-5")]
    [InlineData(HungWait, "soon")]
    [InlineData(HungWait, "1e300")]
    public void WrongValue_IsToldAndIgnored(string variable, string value)
    {
        Set(variable, value);
        TextWriter former = Console.Error;
        using var told = new StringWriter();
        Console.SetError(told);
        try
        {
            Assert.True((bool)Options().Prediction);
            Assert.Equal(new LockdepOptions().HungWaitThreshold, Options().HungWaitThreshold);
        }
        finally
        {
            Console.SetError(former);
        }

        Assert.Contains($"'{value}'", told.ToString(), StringComparison.Ordinal);
        Assert.Single(told.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("reports.txt", "deadlock in another schedule")]
    [InlineData("reports.jsonl", "{")]
    public void ReportFile_GetsTheReports_AsItsNameSays(string name, string within)
    {
        string file = Path.Combine(_folder, name);
        Set(ReportFile, file);
        dynamic a = NewMutex("a"), b = NewMutex("b");
        Nest(a, b);
        Nest(b, a);

        Assert.Contains(within, File.ReadAllText(file), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Array.ForEach([ReportFile, Prediction, HungWait], v => Environment.SetEnvironmentVariable(v, null));
        AppDomain.CurrentDomain.SetData("KThreadRuntime.Lockdep.HungWaitSeconds", null);
        AppDomain.CurrentDomain.SetData("KThreadRuntime.Lockdep.Prediction", null);
        _apart.Unload();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Set(string variable, string value) => Environment.SetEnvironmentVariable(variable, value);

    private static void Nest(dynamic outer, dynamic inner)
    {
        using var actor = new Actor("actor");
        actor.Do(() =>
        {
            outer.Acquire();
            inner.Acquire();
            inner.Release();
            outer.Release();
        });
    }

    private object NewMutex(string name) => Activator.CreateInstance(Type(nameof(KMutex)), [null, name, name, 1, "Test"])!;

    private dynamic Options() =>
        ((dynamic)Type(nameof(LockdepValidator)).GetProperty(nameof(LockdepValidator.Default))!.GetValue(null)!).Options;

    private void Configure(Action<object> set)
    {
        object options = Activator.CreateInstance(Type(nameof(LockdepOptions)))!;
        set(options);
        try
        {
            Type(nameof(LockdepValidator)).GetMethod(nameof(LockdepValidator.Configure))!.Invoke(null, [options]);
        }
        catch (TargetInvocationException thrown)
        {
            throw thrown.InnerException!;
        }
    }

    private Type Type(string name) => _library.GetType($"{nameof(KThreadRuntime)}.{name}", throwOnError: true)!;
}
