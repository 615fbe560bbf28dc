namespace KThreadRuntime.Tests;

/// <summary>For each group of the kernel's own cases that has handlers in it, cases in both directions.</summary>
public class HandlerCatalogueTests
{
    [Theory]
    [InlineData("irqsafe1_hard_spin_12", "spin", "hirq{ L(A) U(A) } | L(A) U(A)", true)]
    [InlineData("irqsafe1_hard_rlock_12", "rlock", "hirq{ L(A) U(A) } | L(A) U(A)", false)]
    [InlineData("irqsafe1_soft_wlock_21", "wlock", "L(A) U(A) | sirq{ L(A) U(A) }", true)]
    [InlineData("irqsafe1_soft_rlock_21", "rlock", "L(A) U(A) | sirq{ L(A) U(A) }", false)]
    [InlineData("irqsafe2A_spin_12", "spin", "sirq{ L(A) U(A) } | -H L(A) +H U(A)", true)]
    [InlineData("irqsafe2A_rlock_12", "rlock", "sirq{ L(A) U(A) } | -H L(A) +H U(A)", false)]
    [InlineData("irqsafe2B_hard_wlock_21", "wlock", "-H L(A) +H U(A) | hirq{ L(A) U(A) }", true)]
    [InlineData("irqsafe2B_hard_rlock_21", "rlock", "-H L(A) +H U(A) | hirq{ L(A) U(A) }", false)]
    [InlineData("irqsafe2B_soft_spin_12", "spin", "sirq{ L(A) U(A) } | -S L(A) +S U(A)", true)]
    [InlineData("irqsafe2B_soft_rlock_12", "rlock", "sirq{ L(A) U(A) } | -S L(A) +S U(A)", false)]
    [InlineData("irqsafe3_hard_spin_123", "spin", "L(A) L(B) U(B) U(A) | L(B) U(B) | hirq{ L(A) U(A) }", true)]
    [InlineData("irqsafe3_hard_rlock_123", "rlock", "L(A) L(B) U(B) U(A) | L(B) U(B) | hirq{ L(A) U(A) }", false)]
    [InlineData("irqsafe3_soft_wlock_321", "wlock", "sirq{ L(A) U(A) } | L(B) U(B) | L(A) L(B) U(B) U(A)", true)]
    [InlineData("irqsafe3_soft_rlock_321", "rlock", "sirq{ L(A) U(A) } | L(B) U(B) | L(A) L(B) U(B) U(A)", false)]
    [InlineData("irqsafe4_hard_spin_123", "spin", "-H L(A) L(B) U(B) U(A) +H | L(B) U(B) | hirq{ L(A) U(A) }", true)]
    [InlineData("irqsafe4_hard_wlock_231", "wlock", "L(B) U(B) | hirq{ L(A) U(A) } | -H L(A) L(B) U(B) U(A) +H", true)]
    [InlineData("irqsafe4_hard_spin_312", "spin", "hirq{ L(A) U(A) } | -H L(A) L(B) U(B) U(A) +H | L(B) U(B)", true)]
    [InlineData("irqsafe4_hard_rlock_123", "rlock", "-H L(A) L(B) U(B) U(A) +H | L(B) U(B) | hirq{ L(A) U(A) }", false)]
    [InlineData("irqsafe4_soft_spin_132", "spin", "-S L(A) L(B) U(B) U(A) +S | sirq{ L(A) U(A) } | L(B) U(B)", true)]
    [InlineData("irqsafe4_soft_rlock_132", "rlock", "-S L(A) L(B) U(B) U(A) +S | sirq{ L(A) U(A) } | L(B) U(B)", false)]
    [InlineData("irq_inversion_hard_spin_123", "rwlock(A)+spin(B)", "-H w.L(A) L(B) U(B) w.U(A) +H | L(B) U(B) | hirq{ r.L(A) r.U(A) }", true)]
    [InlineData("irq_inversion_hard_rlock_123", "rwlock(A)+rlock(B)", "-H w.L(A) L(B) U(B) w.U(A) +H | L(B) U(B) | hirq{ r.L(A) r.U(A) }", false)]
    [InlineData("irq_inversion_soft_wlock_321", "rwlock(A)+wlock(B)", "sirq{ r.L(A) r.U(A) } | L(B) U(B) | -S w.L(A) L(B) U(B) w.U(A) +S", true)]
    [InlineData("irq_inversion_soft_rlock_321", "rwlock(A)+rlock(B)", "sirq{ r.L(A) r.U(A) } | L(B) U(B) | -S w.L(A) L(B) U(B) w.U(A) +S", false)]
    [InlineData("irq_read_recursion_hard_wlock_123", "rwlock(A;wlock in handler)+spin(B)", "-H w.L(A) w.U(A) +H | r.L(A) r.U(A) | hirq{ w.L(A) s.L(B) s.U(B) w.U(A) }", true)]
    [InlineData("irq_read_recursion_hard_rlock_123", "rwlock(A;rlock in handler)+spin(B)", "-H w.L(A) w.U(A) +H | r.L(A) r.U(A) | hirq{ r.L(A) s.L(B) s.U(B) r.U(A) }", false)]
    [InlineData("irq_read_recursion_soft_wlock_231", "rwlock(A;wlock in handler)+spin(B)", "r.L(A) r.U(A) | sirq{ w.L(A) s.L(B) s.U(B) w.U(A) } | -S w.L(A) w.U(A) +S", true)]
    [InlineData("irq_read_recursion_soft_rlock_231", "rwlock(A;rlock in handler)+spin(B)", "r.L(A) r.U(A) | sirq{ r.L(A) s.L(B) s.U(B) r.U(A) } | -S w.L(A) w.U(A) +S", false)]
    [InlineData("irq_read_recursion2_hard_wlock_123", "rwlock(A;wlock nested)+spin(B)", "-H s.L(B) w.L(A) w.U(A) s.U(B) +H | r.L(A) r.U(A) | hirq{ s.L(B) s.U(B) }", true)]
    [InlineData("irq_read_recursion2_hard_rlock_123", "rwlock(A;rlock nested)+spin(B)", "-H s.L(B) r.L(A) r.U(A) s.U(B) +H | r.L(A) r.U(A) | hirq{ s.L(B) s.U(B) }", false)]
    [InlineData("irq_read_recursion2_soft_wlock_312", "rwlock(A;wlock nested)+spin(B)", "sirq{ s.L(B) s.U(B) } | -S s.L(B) w.L(A) w.U(A) s.U(B) +S | r.L(A) r.U(A)", true)]
    [InlineData("irq_read_recursion2_soft_rlock_312", "rwlock(A;rlock nested)+spin(B)", "sirq{ s.L(B) s.U(B) } | -S s.L(B) r.L(A) r.U(A) s.U(B) +S | r.L(A) r.U(A)", false)]
    [InlineData("irq_read_recursion3_hard_wlock_123", "rwlock(A;wlock nested)+rwlock(B)", "-H w.L(B) w.L(A) w.U(A) w.U(B) +H | r.L(A) r.U(A) | hirq{ r.L(B) r.U(B) }", true)]
    [InlineData("irq_read_recursion3_hard_rlock_123", "rwlock(A;rlock nested)+rwlock(B)", "-H w.L(B) r.L(A) r.U(A) w.U(B) +H | r.L(A) r.U(A) | hirq{ r.L(B) r.U(B) }", false)]
    [InlineData("irq_read_recursion3_soft_wlock_213", "rwlock(A;wlock nested)+rwlock(B)", "r.L(A) r.U(A) | -S w.L(B) w.L(A) w.U(A) w.U(B) +S | sirq{ r.L(B) r.U(B) }", true)]
    [InlineData("irq_read_recursion3_soft_rlock_213", "rwlock(A;rlock nested)+rwlock(B)", "r.L(A) r.U(A) | -S w.L(B) r.L(A) r.U(A) w.U(B) +S | sirq{ r.L(B) r.U(B) }", false)]
    [InlineData("queued_read_lock_hardirq_RE_Er", "rwlock(A)+wlock(B)", "hirq{ r.L(A) w.L(B) w.U(B) r.U(A) } | -H w.L(B) r.L(A) r.U(A) w.U(B) +H", true)]
    [InlineData("queued_read_lock_hardirq_ER_rE", "rwlock(A)+wlock(B)", "hirq{ w.L(B) r.L(A) r.U(A) w.U(B) } | -H r.L(A) w.L(B) w.U(B) r.U(A) +H", false)]
    [InlineData("queued_read_lock_hardirq_inversion", "rwlock(A)+wlock(B)", "hirq{ w.L(B) w.U(B) } | -H w.L(B) r.L(A) r.U(A) w.U(B) +H | r.L(A) r.U(A)", true)]
    [InlineData("local_lock_2", "local_lock+spin", "ll.L(A) ll.U(A) | hirq{ s.L(A) s.U(A) } | -H s.L(A) ll.L(A) ll.U(A) s.U(A) +H", false)]
    [InlineData("local_lock_3A", "local_lock+spin", "ll.L(A) s.L(B) s.U(B) ll.U(A) | hirq{ s.L(A) s.U(A) } | -H s.L(A) ll.L(A) ll.U(A) s.U(A) +H", false)]
    [InlineData("local_lock_3B", "local_lock+spin", "ll.L(A) s.L(B) s.U(B) ll.U(A) | hirq{ s.L(A) s.U(A) } | -H s.L(A) ll.L(A) ll.U(A) s.U(A) +H | -H s.L(A) s.L(B) s.U(B) s.U(A) -H", true)]
    [InlineData("hardirq_deadlock_softirq_not_deadlock", "mutex+spin", "m.L(A) -H s.L(C) s.U(C) +H m.U(A) | hirq{ s.L(A) s.U(A) } | -H s.L(A) s.L(B) s.U(B) s.U(A) +H | -H s.L(B) s.L(C) s.U(C) s.U(B) +H | sirq{ s.L(D) s.U(D) } | -S s.L(D) s.U(D) +S | -H s.L(C) s.L(D) s.U(D) s.U(C) +H", true)]
    public void KernelCase_IsJudgedAsInTheKernel(string name, string kinds, string sequence, bool reports)
    {
        using var lab = new Lab(Lab.Kernel);
        new HandlerNotation(kinds, queuedReads: name.StartsWith("queued", StringComparison.Ordinal)).Play(sequence);

        Assert.True(lab.Reports.Count > 0 == reports, $"{name}: {string.Join("; ", lab.Reports.Select(r => r.ToString()))}");
    }
}
