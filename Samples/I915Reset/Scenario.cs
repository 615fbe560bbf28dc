using KThreadRuntime;

namespace I915Reset;

/// <summary>
/// The schedule: a task faults; another parks a kernel thread that touches user memory before it parks; a third resets the
/// device, which parks the engine's thread under <c>struct_mutex</c>.
/// </summary>
public sealed class Scenario
{
    private static readonly LockClassKey _renderKey = new("render engine"), _blitterKey = new("blitter engine");

    private readonly AddressSpace _mm = new();
    private readonly I915Device _device = new();
    private readonly ScenarioMode _mode;
    private readonly bool _givesKeys;

    private Scenario(ScenarioMode mode, bool givesKeys)
    {
        _mode = mode;
        _givesKeys = givesKeys;
    }

    /// <summary>Plays the schedule under a validator of its own.</summary>
    /// <param name="mode">Which classes there are, and who faults.</param>
    /// <param name="threshold">The least confidence to report; the default one counts what is class-level only.</param>
    /// <param name="givesKeys">In <see cref="ScenarioMode.OneSiteForAllEngines"/>: whether each engine gets a key of its own.</param>
    /// <returns>The validator, with what it reported.</returns>
    public static LockdepValidator Play(ScenarioMode mode, Confidence threshold = Confidence.Possible, bool givesKeys = false)
    {
        var validator = new LockdepValidator(new LockdepOptions
        {
            Threshold = threshold,
            KThreadClasses = mode == ScenarioMode.OneClassForAll ? ClassPolicy.Kind : ClassPolicy.CreationSite,
        });
        using (validator.Enter())
        {
            new Scenario(mode, givesKeys).Play();
        }

        return validator;
    }

    private void Play()
    {
        using KThread engine = CreateEngine();
        using KThread other = CreateOther();
        KThread parkedByT0 = _mode == ScenarioMode.TrueBug ? engine : other;

        InTask("Xorg", () => _mm.__do_page_fault(_device));
        InTask("cpuhp", () =>
        {
            I915Device.kthread_park(parkedByT0);
            parkedByT0.Unpark();
        });
        InTask("gem_exec_captur", () => _device.vfs_write(engine));
    }

    private KThread CreateEngine() => _mode == ScenarioMode.OneSiteForAllEngines
        ? CreateEngineThread("render", _renderKey, beforeFirstPark: null)
        : ParkingWorker.Run("i915/signal:0", null, _mode == ScenarioMode.TrueBug ? () => _mm.__do_page_fault(_device) : null);

    private KThread CreateOther() => _mode == ScenarioMode.OneSiteForAllEngines
        ? CreateEngineThread("blitter", _blitterKey, _mm.perf_read)
        : ParkingWorker.Run("perf", null, _mm.perf_read);

    /// <summary>The one place where the driver creates its engines' threads.</summary>
    private KThread CreateEngineThread(string engine, LockClassKey key, Action? beforeFirstPark) =>
        ParkingWorker.Run($"i915/signal:{engine}", _givesKeys ? key : null, beforeFirstPark);

    /// <summary>Runs a task on a thread of its own, to its end. What it throws is thrown here.</summary>
    private static void InTask(string name, Action body)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception caught)
            {
                thrown = caught;
            }
        })
        { Name = name };
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            throw new InvalidOperationException($"The task {name} failed.", thrown);
        }
    }
}
