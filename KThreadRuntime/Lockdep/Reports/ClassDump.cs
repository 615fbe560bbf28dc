namespace KThreadRuntime.Reports;

/// <summary>The classes and their direct dependencies.</summary>
internal static class ClassDump
{
    internal static void Write(LockdepValidator validator, TextWriter writer)
    {
        IReadOnlyList<LockClass> classes = validator.LockClasses;
        var closure = new ClassClosure(validator.Dependencies());
        writer.Write("all lock classes:\n");
        foreach (LockClass lockClass in classes)
        {
            writer.Write(
                $"{Number(lockClass)} FD:{closure.Forward(lockClass),5} BD:{closure.Backward(lockClass),5} {lockClass.Usage}: {lockClass.DisplayName}  {lockClass.Site}\n");
            foreach (LockClass after in closure.After(lockClass))
            {
                writer.Write($" -> {Number(after)} {after.DisplayName}\n");
            }

            writer.Write("\n");
        }
    }

    /// <summary>Stands where the kernel prints a key's address.</summary>
    internal static string Number(LockClass lockClass) => $"[{lockClass.Index:x8}]";
}
