using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>What an acquire, and what holding through a change, tells of a class's use with regard to handlers.</content>
internal sealed partial class LockdepContext
{
    /// <summary>
    /// Marks how the chain's last class is used, at the chain's first sight: what a chain tells never changes. A try that
    /// succeeded waited for nobody, and holds as any acquire does.
    /// </summary>
    private void NoteUsage(ThreadChain chain, LockdepMap map, in CodeSite site)
    {
        if (chain.Mode >= ChainMode.Wait)
        {
            return;
        }

        bool isTry = ChainKey.IsTry(chain.Element);
        if (_floor != 0 && !isTry)
        {
            CompareWithInterrupted(chain, map, site);
        }

        if (chain.IsMarked)
        {
            return;
        }

        UsageStates states = chain.Mode == ChainMode.Exclusive ? UsageStates.Used : UsageStates.UsedRead;
        states |= isTry ? UsageStates.None : UsageBits.UsedIn(_running, chain.Mode);
        states |= UsageBits.Enabled(Enabled, chain.Mode);
        chain.IsMarked = true;
        if (!chain.Class.UsageRecord.Has(states))
        {
            Validator.Mark(chain.Class, states, new UsageEvidence(TaskName, site, site, chain.Stack), _findings);
            Deliver(Validator.Issuer.Issue(this, _findings));
        }
    }

    /// <summary>Marks what is held, below the handlers too, as held while handlers of some levels may run.</summary>
    private void MarkHeld(HandlerLevels levels, in CodeSite site)
    {
        if (_busy != 0 || levels == HandlerLevels.None)
        {
            return;
        }

        for (int i = 1; i <= _top; i++)
        {
            if (_held[i].IsBoundary || !_held[i].IsChecked || !IsLock(i))
            {
                continue;
            }

            LockClass held = _held[i].Class!;
            UsageStates states = UsageBits.Enabled(levels, ChainKey.ModeOf(_held[i].Element));
            if (!held.UsageRecord.Has(states))
            {
                var evidence = new UsageEvidence(TaskName, site, ChainAt(i)?.Site ?? CodeSite.Unknown, CaptureStack());
                Validator.Mark(held, states, evidence, _findings);
            }
        }

        Deliver(Validator.Issuer.Issue(this, _findings));
    }

    /// <summary>A handler that wants the very lock that the flow below it holds hangs here and now, unless its holder may have it again.</summary>
    private void CompareWithInterrupted(ThreadChain chain, LockdepMap map, in CodeSite site)
    {
        for (int i = 1; i < _floor && map.Kind != LockdepMapKind.ReentrantLock; i++)
        {
            // A read behind a held read needs a writer in between, whom nobody saw.
            bool bothRead = chain.Mode != ChainMode.Exclusive && ChainKey.ModeOf(_held[i].Element) != ChainMode.Exclusive;
            if (_held[i].Id == map.Id && IsLock(i) && !bothRead)
            {
                Issue(HandlerStory.Closed(chain.Class, _handlers[_handlers.Count - 1].Level, site, ChainAt(i)?.Site ?? CodeSite.Unknown));
            }
        }
    }
}
