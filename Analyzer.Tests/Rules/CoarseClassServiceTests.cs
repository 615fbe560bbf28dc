using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CoarseClassAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR3001 where a container of services makes the owners.</summary>
public class CoarseClassServiceTests
{
    [Fact]
    public Task TransientOfTwoConsumers_TellsTheWholeStory() => Verify.VerifyAnalyzerAsync(
        "using KThreadRuntime;\n" + Source("services.AddTransient<Job>();"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)
            .WithMessage(
                "All that this line creates is one lock class: 'Disk.Reset' waits for '_load.Done' while holding 'Sync', and 'Net.Save', which signals '_save.Done', acquires 'Sync' "
                + "first, so the class closes a ring that no objects can. Create it with ClassPolicy.WaitSite, so that each line that waits has a class of its own."));

    [Theory]
    [InlineData("services.AddTransient<Job>();", true)]
    [InlineData("services.AddSingleton<Job>();", false)]
    [InlineData("services.AddScoped<Job>();", false)]
    [InlineData("services.TryAddTransient<Job>();", true)]
    [InlineData("services.AddTransient(_ => new Job());", true)]
    [InlineData("services.AddSingleton(_ => new Job());", false)]
    [InlineData("var job = new Job(); services.AddTransient(_ => job);", false)]
    [InlineData("services.AddSingleton(new Job());", false)]
    [InlineData("services.AddTransient(typeof(Job));", true)]
    [InlineData("services.AddTransient(typeof(Job), typeof(Job));", true)]
    [InlineData("services.AddSingleton(typeof(Job), typeof(Job));", false)]
    [InlineData("services.AddTransient<Job>(); services.AddSingleton<Job>();", false)]
    [InlineData("", false)]
    public Task Lifetime_Decides(string registration, bool reports) => RunAsync(reports, Source(registration));

    [Theory]
    [InlineData("services.AddTransient<IJob, Job>();", true)]
    [InlineData("services.AddSingleton<IJob, Job>();", false)]
    public Task ServiceByItsInterface_IsFollowed(string registration, bool reports) => RunAsync(reports, Source(registration, parameter: "IJob")
        .Replace("Job _load", "IJob _load", StringComparison.Ordinal).Replace("Job _save", "IJob _save", StringComparison.Ordinal)
        .Replace("_load.Done.", "_load.", StringComparison.Ordinal).Replace("_save.Done.", "_save.", StringComparison.Ordinal));

    [Theory]
    [InlineData("[FromKeyedServices(\"load\")] Job", "[FromKeyedServices(\"save\")] Job", true)]
    [InlineData("[FromKeyedServices(\"load\")] Job", "[FromKeyedServices(\"load\")] Job", false)]
    [InlineData("[FromKeyedServices(Names.Load)] Job", "[FromKeyedServices(Names.Save)] Job", true)]
    [InlineData("[FromKeyedServices(\"load\")] Job", "Job", false)]
    public Task KeyedServices_ByTheirKeys(string load, string save, bool reports) => RunAsync(
        reports, Source("services.AddKeyedSingleton<Job>(\"load\"); services.AddKeyedSingleton<Job>(Names.Save);", load, save));

    [Theory]
    [InlineData("_load = provider.GetRequiredService<Job>();", "_save = provider.GetRequiredService<Job>();", "services.AddTransient<Job>();", true)]
    [InlineData("_load = provider.GetRequiredService<Job>();", "_save = provider.GetRequiredService<Job>();", "services.AddSingleton<Job>();", false)]
    [InlineData("_load = provider.GetRequiredKeyedService<Job>(\"load\");", "_save = provider.GetRequiredKeyedService<Job>(\"save\");", "services.AddKeyedSingleton<Job>(\"load\"); services.AddKeyedSingleton<Job>(\"save\");", true)]
    [InlineData("_load = provider.GetRequiredKeyedService<Job>(\"load\");", "_save = provider.GetRequiredKeyedService<Job>(\"load\");", "services.AddKeyedSingleton<Job>(\"load\"); services.AddKeyedSingleton<Job>(\"save\");", false)]
    [InlineData("_load = provider.GetRequiredKeyedService<Job>(\"load\");", "_save = provider.GetRequiredKeyedService<Job>(name);", "services.AddKeyedSingleton<Job>(\"load\"); services.AddKeyedSingleton<Job>(\"save\");", false)]
    public Task RequestsOfAProvider_AreFollowed(string load, string save, string registration, bool reports) => RunAsync(reports, Stubs(registration) + $$"""
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job _load;
            private readonly Job _save;
            public Disk(IServiceProvider provider, string name) { {{load}} {{save}} }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Done.Wait(); } }
            private void Load() { _load.Done.Complete(); }
            private void Save() { lock (_gate) { } _save.Done.Complete(); }
        }
        """);

    [Theory]
    [InlineData("services.AddSingleton<Disk>(); services.AddSingleton<Net>();", true)]
    [InlineData("services.AddSingleton(p => new Disk(p.GetRequiredService<Gate>(), p.GetRequiredService<Job>())); services.AddSingleton(p => new Net(p.GetRequiredService<Gate>(), p.GetRequiredService<Job>()));", true)]
    [InlineData("services.AddSingleton<Root>();", false)]
    public Task OneObjectThatIsHandedToBoth_IsQuiet(string consumers, bool reports) => RunAsync(reports, Source("services.AddTransient<Job>(); " + consumers) + (reports ? "" : """

        public sealed class Root
        {
            public readonly Disk Disk;
            public readonly Net Net;
            public Root(Gate gate, Job job) { Disk = new Disk(gate, job); Net = new Net(gate, job); }
        }
        """));

    [Theory]
    [InlineData("services.AddTransient<Queue>();", true)]
    [InlineData("services.AddSingleton<Queue>();", false)]
    public Task PartOfAService_IsFollowed(string registration, bool reports) => RunAsync(reports, Source(registration, parameter: "Queue")
        .Replace("Job _load", "Queue _load", StringComparison.Ordinal).Replace("Job _save", "Queue _save", StringComparison.Ordinal)
        .Replace("_load.Done.", "_load.", StringComparison.Ordinal).Replace("_save.Done.", "_save.", StringComparison.Ordinal)
        + "public sealed class Queue { private readonly Job _job = new Job(); public void Wait() => _job.Done.Wait(); public void Complete() => _job.Done.Complete(); }");

    [Theory]
    [InlineData("Job job) : Device(job)")]
    [InlineData("Job job, Job own) : Device(own)")]
    public Task MemberOfACommonBaseClass_IsQuiet(string parameters) => RunAsync(false, Stubs("services.AddTransient<Job>();") + $$"""
        public abstract class Device(Job job) { protected readonly Job Job = job; }
        public sealed class Disk(Gate gate, {{parameters}}
        {
            public void Start() { new Thread(Load).Start(); }
            public void Reset() { lock (gate.Sync) { Job.Done.Wait(); } }
            private void Load() { Job.Done.Complete(); }
        }
        public sealed class Net(Gate gate, Job job) : Device(job)
        {
            public void Start() { new Thread(Save).Start(); }
            private void Save() { lock (gate.Sync) { } Job.Done.Complete(); }
        }
        """);

    private static string Source(string registration, string parameter = "Job", string? second = null) => Stubs(registration) + $$"""
        public sealed class Disk
        {
            private readonly Gate _gate;
            private readonly Job _load;
            public Disk(Gate gate, {{parameter}} job) { _gate = gate; _load = job; }
            public void Start() { new Thread(Load).Start(); }
            public void Reset() { lock (_gate.Sync) { _load.Done.Wait(); } }
            private void Load() { _load.Done.Complete(); }
        }
        public sealed class Net
        {
            private readonly Gate _gate;
            private readonly Job _save;
            public Net(Gate gate, {{second ?? parameter}} job) { _gate = gate; _save = job; }
            public void Start() { new Thread(Save).Start(); }
            private void Save() { lock (_gate.Sync) { } _save.Done.Complete(); }
        }

        """;

    private static string Stubs(string registration) => $$"""
        using Microsoft.Extensions.DependencyInjection;

        namespace Microsoft.Extensions.DependencyInjection
        {
            public interface IServiceCollection { }
            public static class ServiceCollectionServiceExtensions
            {
                public static IServiceCollection AddTransient<T>(this IServiceCollection services) where T : class => services;
                public static IServiceCollection AddTransient<T, TMade>(this IServiceCollection services) where T : class where TMade : class, T => services;
                public static IServiceCollection AddTransient<T>(this IServiceCollection services, Func<IServiceProvider, T> implementationFactory) where T : class => services;
                public static IServiceCollection AddTransient(this IServiceCollection services, Type serviceType) => services;
                public static IServiceCollection AddTransient(this IServiceCollection services, Type serviceType, Type implementationType) => services;
                public static IServiceCollection TryAddTransient<T>(this IServiceCollection services) where T : class => services;
                public static IServiceCollection AddScoped<T>(this IServiceCollection services) where T : class => services;
                public static IServiceCollection AddSingleton<T>(this IServiceCollection services) where T : class => services;
                public static IServiceCollection AddSingleton<T, TMade>(this IServiceCollection services) where T : class where TMade : class, T => services;
                public static IServiceCollection AddSingleton<T>(this IServiceCollection services, Func<IServiceProvider, T> implementationFactory) where T : class => services;
                public static IServiceCollection AddSingleton<T>(this IServiceCollection services, T implementationInstance) where T : class => services;
                public static IServiceCollection AddSingleton(this IServiceCollection services, Type serviceType, Type implementationType) => services;
                public static IServiceCollection AddKeyedSingleton<T>(this IServiceCollection services, object? serviceKey) where T : class => services;
            }
            public static class ServiceProviderServiceExtensions
            {
                public static T GetRequiredService<T>(this IServiceProvider provider) where T : notnull => (T)provider.GetService(typeof(T))!;
                public static T GetRequiredKeyedService<T>(this IServiceProvider provider, object? serviceKey) where T : notnull => (T)provider.GetService(typeof(T))!;
            }
            [AttributeUsage(AttributeTargets.Parameter)]
            public sealed class FromKeyedServicesAttribute(object? key) : Attribute { public object? Key => key; }
        }
        public static class Names { public const string Load = "load"; public const string Save = "save"; }
        public static class Composition
        {
            public static void Add(IServiceCollection services) { services.AddSingleton<Gate>(); {{registration}} }
        }
        public sealed class Gate { public readonly object Sync = new(); }
        public interface IJob { void Wait(); void Complete(); }
        public sealed class Job : IJob
        {
            public readonly Completion Done = {|#0:new()|};
            public void Wait() => Done.Wait();
            public void Complete() => Done.Complete();
        }

        """;

    private static Task RunAsync(bool reports, string source) => CoarseClassTests.RunAsync(reports, source);
}
