using Stress.Fuzz;
var f = new ContextFuzz(int.Parse(args[0]));
f.Run(int.Parse(args[1]));
Console.WriteLine($"{f.Operations} {f.Rounds} {f.Rings} {f.Dependencies} {f.WarmAcquires}");
