using I915Reset;
using KThreadRuntime;

if (args.Length > 1 || (args.Length == 1 && args[0] is not ("1" or "2" or "3" or "4")))
{
    Console.Error.WriteLine("usage: I915Reset [1|2|3|4]   plays one mode of the scenario and prints its report; without a mode, all four");
    return 2;
}

ScenarioMode shown = args.Length == 1 ? (ScenarioMode)(args[0][0] - '0') : ScenarioMode.TrueBug;
IEnumerable<ScenarioMode> played = args.Length == 1 ? [shown] : Enum.GetValues<ScenarioMode>();
bool allHeld = true;
IReadOnlyList<LockdepReport> reports = [];
foreach (ScenarioMode mode in played)
{
    (bool held, string line, LockdepValidator validator) = Expectation.Check(mode);
    allHeld &= held;
    Console.WriteLine(line);
    reports = mode == shown ? validator.Reports : reports;
}

foreach (LockdepReport report in reports)
{
    Console.WriteLine();
    Console.WriteLine(report);
}

return allHeld ? 0 : 1;
