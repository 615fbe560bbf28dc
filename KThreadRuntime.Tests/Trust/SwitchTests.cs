#if !DEBUG
using Stress.Switch;

namespace KThreadRuntime.Tests.Trust;

/// <summary>The compiler's own listing, of a process with the switch on or off. In a debug build nothing is folded, so there is nothing to see.</summary>
public class SwitchTests
{
    [Fact]
    public void SwitchedOff_NoProbeIsLeftInTheCode() => Assert.Empty(CompiledCode.ValidatorCalls(enabled: false));

    [Fact]
    public void SwitchedOn_TheProbesAreThere() => Assert.NotEmpty(CompiledCode.ValidatorCalls(enabled: true));
}
#endif
