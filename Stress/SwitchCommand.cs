using System.CommandLine;
using Stress.Switch;

namespace Stress;

/// <summary><c>switch</c>: with the feature switch off, no probe is left.</summary>
internal static class SwitchCommand
{
    internal static Command Create()
    {
        var project = new Option<string?>("--trim") { Description = "Publish this project (Stress/Switch/Unprobed) trimmed, both ways, and look into it too." };
        var command = new Command("switch", "Shows that the feature switch, set to false, leaves no probe in compiled code.") { project };
        command.SetAction(parsed => CompiledCode.Check() && (parsed.GetValue(project) is not { } path || TrimmedProgram.Check(path)) ? 0 : 1);
        return command;
    }

    /// <summary>The child process of <c>switch</c>.</summary>
    internal static Command CreateTarget()
    {
        var command = new Command("switch-target", "What the switch command runs in a process of its own.") { Hidden = true };
        command.SetAction(_ => SwitchTarget.Run());
        return command;
    }
}
