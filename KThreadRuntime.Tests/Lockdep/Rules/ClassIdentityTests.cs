using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class ClassIdentityTests
{
    private static readonly ClassIdentity _any = new(null, new CodeSite("folder/file.cs", 10, "Member"), "lock", "role", 0);

    [Fact]
    public void EqualIdentities_HashAlike()
    {
        ClassIdentity twin = new(null, new CodeSite(string.Concat("folder/", "file.cs"), 10, "Member"), "lock", "role", 0);

        Assert.Equal(_any, twin);
        Assert.Equal(_any.GetHashCode(), twin.GetHashCode());
        Assert.Equal((_any with { Anchor = string.Concat("a", "b") }).GetHashCode(), (_any with { Anchor = "ab" }).GetHashCode());
        Assert.Equal((_any with { Anchor = 5_000_000_000L }).GetHashCode(), (_any with { Anchor = 5_000_000_000L }).GetHashCode());
    }

    [Fact]
    public void ShortAndMissingFiles_AreHashed()
    {
        foreach (string? file in new[] { null, "", "a", "a.cs", "ab.cs" })
        {
            ClassIdentity identity = _any with { Site = new CodeSite(file!, 1, "") };

            Assert.Equal(identity.GetHashCode(), identity.GetHashCode());
        }
    }

    [Fact]
    public void WhatTellsClassesApart_TellsTheirHashesApart()
    {
        ClassIdentity[] near =
        [
            _any, _any with { Subclass = 1 }, _any with { Subclass = 2 }, _any with { Kind = "completion" }, _any with { Role = "exited" },
            _any with { Site = _any.Site with { Line = 11 } }, _any with { Site = _any.Site with { File = "folder/filf.cs" } },
            _any with { Site = _any.Site with { File = "folder/fike.cs" } }, _any with { Site = _any.Site with { File = "folders/file.cs" } },
            _any with { Anchor = "key" }, _any with { Anchor = "keys" }, _any with { Anchor = 1L }, _any with { Anchor = 2L },
            _any with { Anchor = new object() }, _any with { Anchor = new object() },
        ];

        Assert.Equal(near.Length, near.Select(i => i.GetHashCode()).Distinct().Count());
    }

    [Fact]
    public void LocksOfOneProgram_HardlyEverCollide()
    {
        List<ClassIdentity> all = [.. from file in Enumerable.Range(0, 26)
                                      from line in Enumerable.Range(1, 400)
                                      from subclass in Enumerable.Range(0, 8)
                                      select new ClassIdentity(null, new CodeSite($"folder/{(char)('a' + file)}.cs", line, ""), "lock", "", subclass)];
        int distinct = all.Select(i => i.GetHashCode()).Distinct().Count();

        Assert.True(distinct > all.Count * 9 / 10, $"{distinct} hashes of {all.Count} classes");
    }

    [Fact]
    public void Root_IsCommonToAllSubclasses()
    {
        Assert.Equal(_any, (_any with { Subclass = 5 }).Root);
        Assert.NotEqual(_any, (_any with { Subclass = 5, Role = "other" }).Root);
    }
}
