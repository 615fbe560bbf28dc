using System.CommandLine;
using Stress;

var root = new RootCommand("Long runs that try to prove the validator wrong.")
{
    FuzzCommand.Create(), SoakCommand.Create(), MemoryCommand.Create(), SwitchCommand.Create(), SwitchCommand.CreateTarget(),
};
return root.Parse(args).Invoke();
