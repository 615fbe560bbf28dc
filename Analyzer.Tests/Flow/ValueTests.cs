using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Tests.Flow;

public class ValueTests
{
    private static readonly Value _field = Value.Member(Value.This, "F:C._f");

    [Fact]
    public void EqualPaths_AreEqual()
    {
        Assert.Equal(_field, Value.Member(Value.This, "F:C._f"));
        Assert.Equal(_field.GetHashCode(), Value.Member(Value.This, "F:C._f").GetHashCode());
        Assert.NotEqual(_field, Value.Member(Value.Parameter("M:C.M", 0), "F:C._f"));
        Assert.NotEqual(_field, Value.Static("F:C._f"));
        Assert.False(_field.Equals(null));
    }

    [Fact]
    public void KindsOfOneId_Differ()
    {
        Value[] values =
        [
            Value.Unknown, Value.This, Value.Parameter("x", 0), Value.Parameter("x", 1), Value.Local("x"), Value.Static("x"), Value.Allocation("x", null),
            Value.CallResult("x"), Value.Instance("x"), Value.Function("x", null), Value.Element(Value.Static("x")), Value.Scope(Value.Static("x")),
        ];

        Assert.Equal(values.Length, values.Select(static value => value.Key).Distinct().Count());
    }

    [Fact]
    public void KeyMark_IsThatOfTheKey()
    {
        Value list = Value.Member(Value.Member(Value.Parameter("M:C.M", 12), "F:C._d"), "F:D._list");
        Value[] values = [Value.This, Value.Local("x"), Value.ConstantKey(""), _field, list, Value.Element(list), Value.Member(Value.Element(list), "F:D._gate")];

        // Asked for first, the mark is made without the key.
        ulong[] marks = [.. values.Select(static value => value.KeyMark)];

        Assert.Equal(values.Select(static value => Value.MarkOf(value.Key)), marks);
        Assert.Equal(marks, values.Select(static value => value.KeyMark));
    }

    [Fact]
    public void Substitute_MovesTheRootOfAPath()
    {
        Value path = Value.Member(Value.Element(Value.Member(Value.This, "F:C._list")), "F:D._gate");

        Value moved = path.Substitute(static root => root.Kind == ValueKind.This ? Value.Static("F:P._c") : null);

        Assert.Equal("F:P._c.F:C._list[].F:D._gate", moved.Key);
    }

    [Fact]
    public void Substitute_LeavesAPathWithAnotherRoot()
        => Assert.Same(_field, _field.Substitute(static root => root.Kind == ValueKind.Parameter ? Value.This : null));

    [Fact]
    public void Substitute_MovesTheReceiverOfAFunctionAndTheLockOfAScope()
    {
        static Value? ToStatic(Value root) => root.Kind == ValueKind.This ? Value.Static("S") : null;

        Assert.Equal(Value.Function("M:C.M", Value.Static("S")), Value.Function("M:C.M", Value.This).Substitute(ToStatic));
        Assert.Equal(Value.Scope(Value.Member(Value.Static("S"), "F:C._f")), Value.Scope(_field).Substitute(ToStatic));
        Assert.Equal("M:C.M", Value.Function("M:C.M", null).Substitute(ToStatic).Id);
    }

    [Fact]
    public void Substitute_ComposesLikeTwoCalls()
    {
        static Value? ToParameter(Value root) => root.Kind == ValueKind.This ? Value.Member(Value.Parameter("M:D.N", 0), "F:D._c") : null;
        static Value? ToStatic(Value root) => root.Kind == ValueKind.Parameter ? Value.Static("S") : null;

        Assert.Equal("S.F:D._c.F:C._f", _field.Substitute(ToParameter).Substitute(ToStatic).Key);
    }

    [Fact]
    public void LongPaths_AreCutToTheLastMember()
    {
        Value path = Value.This;
        for (int i = 0; i < 6; i++)
        {
            path = Value.Member(path, "F:Node._next");
        }

        Value cut = Value.Member(path, "F:Node._gate");

        Assert.Equal(6, path.Depth);
        Assert.Equal(ValueKind.This, path.Root.Kind);
        Assert.Equal(ValueKind.Unknown, cut.Root.Kind);
        Assert.Equal("F:Node._gate", cut.Id);
    }

    [Fact]
    public void RepeatedSubstitution_StaysFinite()
    {
        Value path = _field;
        var keys = new HashSet<string>();
        for (int i = 0; i < 100; i++)
        {
            path = path.Substitute(static root => root.Kind == ValueKind.This ? Value.Member(Value.This, "F:Node._next") : null);
            keys.Add(path.Key);
            Assert.True(path.Depth <= 6);
        }

        Assert.True(keys.Count <= 7, $"{keys.Count} paths.");
    }

    [Fact]
    public void ElementOfElement_IsAnElementOfTheSameContainer()
    {
        Value element = Value.Element(_field);

        Assert.Same(element, Value.Element(element));
        Assert.Same(Value.Unknown, Value.Element(Value.Unknown));
    }
}
