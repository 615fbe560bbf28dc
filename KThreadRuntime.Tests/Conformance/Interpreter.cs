using KThreadRuntime.Tests.Conformance.Notation;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>Does what the steps of one strand of a story say, on the calling thread.</summary>
/// <param name="player">What the locks are.</param>
/// <param name="sections">The pseudo locks, shared by all contexts of the story.</param>
/// <param name="meeting">Where concurrent strands meet.</param>
internal sealed class Interpreter(IPlayer player, PseudoLocks sections, Barrier meeting)
{
    private int _handlers;

    internal void Play(IReadOnlyList<Step> steps)
    {
        foreach (Step step in steps)
        {
            Play(step);
        }
    }

    private void Play(Step step)
    {
        switch (step)
        {
            case Step.Handler handler:
                PlayHandler(handler);
                break;
            case Step.Toggle toggle:
                PlayToggle(toggle);
                break;
            case Step.Meet:
                Assert.True(meeting.SignalAndWait(Patience.Limit), "The strands did not meet.");
                break;
            case Step.EnterSection or Step.LeaveSection or Step.MightAllocate or Step.NoFsScope:
                PlaySection(step);
                break;
            case Step.WwAcquire or Step.WwTryAcquire or Step.WwRelease or Step.WwContext:
                PlayWw(step);
                break;
            default:
                PlayLock(step);
                break;
        }
    }

    private void PlayHandler(Step.Handler handler)
    {
        using (Lockdep.EnterHandler(handler.Level == "sirq" ? HandlerLevel.Soft : HandlerLevel.Hard, isThreaded: handler.Level != "hirq_nt"))
        {
            _handlers++;
            Play(handler.Body);
            _handlers--;
        }
    }

    private static void PlayToggle(Step.Toggle toggle)
    {
        HandlerLevel level = toggle.Level == 'S' ? HandlerLevel.Soft : HandlerLevel.Hard;
        if (toggle.On)
        {
            Lockdep.HandlersOn(level);
        }
        else
        {
            Lockdep.HandlersOff(level);
        }
    }

    private void PlayLock(Step step)
    {
        switch (step)
        {
            case Step.Acquire acquire:
                player.Acquire(acquire.Lock, acquire.Nest, inHandler: _handlers > 0);
                break;
            case Step.TryAcquire attempt:
                player.TryAcquire(attempt.Lock, attempt.Expected);
                break;
            case Step.Release release:
                player.Release(release.Lock);
                break;
            case Step.Reinitialize again:
                player.Reinitialize(again.Lock);
                break;
            default:
                throw new InvalidOperationException($"Nobody plays {step}.");
        }
    }

    private void PlaySection(Step step)
    {
        switch (step)
        {
            case Step.EnterSection enter:
                sections.Enter(enter.Section, enter.Argument);
                break;
            case Step.LeaveSection leave:
                sections.Leave(leave.Section, leave.Argument);
                break;
            case Step.MightAllocate allocation:
                sections.MightAllocate(allocation.Flags);
                break;
            case Step.NoFsScope scope:
                sections.NoFs(scope.Begins);
                break;
        }
    }

    private void PlayWw(Step step)
    {
        switch (step)
        {
            case Step.WwAcquire acquire:
                player.AcquireWw(acquire);
                break;
            case Step.WwTryAcquire attempt:
                player.TryAcquireWw(attempt);
                break;
            case Step.WwRelease release:
                player.ReleaseWw(release.Lock);
                break;
            case Step.WwContext context:
                player.StepContext(context);
                break;
        }
    }
}
