using Benchmarks;

bool isSmoke = args.Contains("--smoke");
string? table = args.FirstOrDefault(a => !a.StartsWith('-'));
if (table is not (null or "locks") || (table is null && !isSmoke))
{
    Console.Error.WriteLine("usage: Benchmarks locks [--smoke | --quick] [--only=LOCKSxINSTANCES]");
    Console.Error.WriteLine("  --smoke: few rounds; checks that tracking runs and allocates nothing, not the time");
    Console.Error.WriteLine("  --quick: 10 rounds, for tuning");
    return 2;
}

string? only = args.FirstOrDefault(a => a.StartsWith("--only=", StringComparison.Ordinal))?["--only=".Length..];
bool holds = isSmoke
    ? LocksBenchmark.Run(rounds: 3, operations: 100_000, warmUp: TimeSpan.FromMilliseconds(300), only)
    : LocksBenchmark.Run(rounds: args.Contains("--quick") ? 10 : 60, operations: 400_000, warmUp: TimeSpan.FromSeconds(1), only);
return holds ? 0 : 1;
