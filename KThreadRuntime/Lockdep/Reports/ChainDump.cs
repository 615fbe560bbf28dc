using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>The chains.</summary>
internal static class ChainDump
{
    internal static void Write(LockdepValidator validator, TextWriter writer)
    {
        IReadOnlyList<LockChain> chains = validator.Chains.Snapshot();
        writer.Write("all lock chains:\n");
        foreach (LockChain chain in chains)
        {
            writer.Write($"context: {(chain.InHandler ? "handler" : "0")}\n");
            foreach (uint element in chain.Elements)
            {
                LockClass lockClass = validator.Classes[ChainKey.ClassOf(element)];
                writer.Write($"{ClassDump.Number(lockClass)} {lockClass.DisplayName}{Mode(element)}\n");
            }

            writer.Write("\n");
        }

        if (validator.Statistics.ChainsNotKept is > 0 and long left)
        {
            writer.Write($"(and {left} sights of chains that were not kept)\n");
        }
    }

    private static string Mode(uint element)
    {
        string mode = ChainKey.ModeOf(element) switch
        {
            ChainMode.Shared => " read",
            ChainMode.SharedRecursive => " read recursive",
            ChainMode.Wait => " wait",
            ChainMode.TimedWait => " timed wait",
            _ => "",
        };
        return ChainKey.IsTry(element) ? mode + " try" : mode;
    }
}
