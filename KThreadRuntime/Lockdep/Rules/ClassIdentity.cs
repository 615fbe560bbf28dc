namespace KThreadRuntime.Rules;

/// <summary>What makes two instances members of one class: an anchor (key, instance or place) and a subclass.</summary>
/// <param name="Anchor">The <see cref="LockClassKey"/>, the number of the instance that is alone in its class, the kind's name, the name that a place gives, or the coarse class that was split.</param>
/// <param name="Site">The place, for a class by creation or wait site.</param>
/// <param name="Kind">The kind of primitive.</param>
/// <param name="Role">Which of a primitive's several maps this is; empty when it has one.</param>
/// <param name="Subclass">0 to 7.</param>
internal readonly record struct ClassIdentity(object? Anchor, CodeSite Site, string Kind, string Role, int Subclass)
{
    /// <summary>What a class and its subclasses have in common.</summary>
    internal ClassIdentity Root => this with { Subclass = 0 };

    /// <summary>Hashes the ends of the path only: whole paths would cost more than building a short-lived lock.</summary>
    public override int GetHashCode()
    {
        string file = Site.File ?? "";
        int hash = (Site.Line * 397) ^ file.Length ^ (Subclass << 20);
        if (file.Length > 4)
        {
            hash = (hash * 31) + file[file.Length - 4] + (file[file.Length - 5] << 8);
        }

        hash = (hash * 31) + Kind.Length + (Role.Length << 4);
        return Anchor switch
        {
            null => hash,
            string name => hash ^ name.GetHashCode(),
            long instance => hash ^ instance.GetHashCode(),
            _ => hash ^ System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Anchor),
        };
    }
}
