namespace KThreadRuntime.Rules;

/// <summary>
/// An order that the program gave for the instances of a class: a negative result says that the first may be held while the
/// second is acquired. Believed only as far as it does not contradict itself.
/// </summary>
internal sealed class ClassOrder(Comparison<LockdepMap> comparison, Func<LockdepMap, string>? describe)
{
    /// <summary>Judges an instance wanted while another is held. Never throws.</summary>
    internal Verdict Judge(LockdepMap held, LockdepMap wanted)
    {
        int forth, back;
        try
        {
            forth = comparison(held, wanted);
            back = comparison(wanted, held);
        }
        catch (Exception thrown)
        {
            // The host must not fail because an annotation does: it is told, and the order counts as not given.
            return new Verdict(Passes: false, ReportKind.Misuse, $"compares instances of it in a function that threw {thrown.GetType().Name}: {thrown.Message}");
        }

        if (Math.Sign(forth) != -Math.Sign(back))
        {
            return new Verdict(
                forth < 0, ReportKind.OrderNotAntisymmetric,
                $"is told {forth} for {Name(held)} and {Name(wanted)}, and {back} the other way round.");
        }

        return forth < 0
            ? new Verdict(Passes: true, null, "")
            : new Verdict(Passes: true, ReportKind.Recursive, $"acquires {Name(wanted)} while it holds {Name(held)}, against the order given: the comparison says {forth}.");
    }

    private string Name(LockdepMap map)
    {
        try
        {
            return describe?.Invoke(map) ?? $"#{map.Id}";
        }
        catch (Exception thrown)
        {
            return $"#{map.Id} (its description threw {thrown.GetType().Name})";
        }
    }

    /// <summary>What came of a comparison.</summary>
    /// <param name="Passes">Whether the order settled the pair, so that no order is learned from it.</param>
    /// <param name="Fault">What is wrong; null when the pair nests as it may.</param>
    /// <param name="Detail">The fault in a sentence.</param>
    internal readonly record struct Verdict(bool Passes, ReportKind? Fault, string Detail);
}
