namespace KThreadRuntime;

/// <content>The process's own validator, and what may be said about it before its first use.</content>
public sealed partial class LockdepValidator
{
    private static readonly object _configuration = new();
    private static readonly Lazy<LockdepValidator> _default = new(() => new LockdepValidator(TakeConfigured()));
    private static LockdepOptions? _configured;
    private static bool _isDefaultMade;

    /// <summary>
    /// The validator of primitives built where none was entered. It is made at its first use, and lives as long as the process.
    /// </summary>
    /// <remarks>
    /// It judges as <see cref="Configure"/> said; without that, as the environment variables or the application's configuration say:
    /// <c>KThreadRuntime.Lockdep.ReportFile</c>, <c>.Prediction</c> and <c>.HungWaitSeconds</c>. See docs/runtime.md.
    /// </remarks>
    public static LockdepValidator Default => _default.IsValueCreated ? _default.Value : MakeDefault();

    /// <summary>
    /// Says how <see cref="Default"/> is to judge. Call it first in the program, before anything of this library is built: the
    /// validator is made with the first primitive, and its options stay as they are from then on.
    /// </summary>
    /// <param name="options">How it judges. They replace what the environment and the application's configuration say.</param>
    /// <exception cref="ArgumentNullException">There are no options.</exception>
    /// <exception cref="InvalidOperationException">The validator is in use already, or was configured before.</exception>
    /// <remarks>May be called from any thread. Where the probes are switched off it has no effect, and does no harm.</remarks>
    public static void Configure(LockdepOptions options)
    {
        _ = options ?? throw new ArgumentNullException(nameof(options));
        lock (_configuration)
        {
            if (_isDefaultMade)
            {
                throw new InvalidOperationException(
                    "LockdepValidator.Default is in use already: a primitive was built, or somebody asked for the validator. Configure it at the program's very start.");
            }

            if (_configured is not null)
            {
                throw new InvalidOperationException("LockdepValidator.Default was configured before. One place in the program says how it judges.");
            }

            _configured = options;
        }
    }

    private static LockdepValidator MakeDefault()
    {
        using Blocking.PutOffInterrupt putOff = Blocking.PutOffInterrupt.Begin();
        return _default.Value;
    }

    private static LockdepOptions TakeConfigured()
    {
        lock (_configuration)
        {
            _isDefaultMade = true;
            return _configured ?? LockdepSettings.Read();
        }
    }
}
