using Benchmarks;

bool isSmoke = args.Contains("--smoke");
string? table = args.FirstOrDefault(a => !a.StartsWith('-'));
if (table is not (null or "locks") || (table is null && !isSmoke))
{
    Console.Error.WriteLine("usage: Benchmarks locks [--smoke]   --smoke: few rounds; checks that tracking runs and allocates nothing, not the time");
    return 2;
}

bool holds = isSmoke
    ? LocksBenchmark.Run(rounds: 3, operations: 100_000, warmUp: TimeSpan.FromMilliseconds(300))
    : LocksBenchmark.Run(rounds: 60, operations: 400_000, warmUp: TimeSpan.FromSeconds(1));
return holds ? 0 : 1;
