using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>Which two paths lead to one object.</summary>
public class ReentryTests
{
    private static readonly Analyzers.Graph.Program _program = ProgramFacts.Of("""
        public class Node { public readonly object L = new object(); public Node Next; public Part Part; public Node[] All; }
        public sealed class Deep : Node { }
        public sealed class Part { public Node Owner; public object L = new object(); }
        """);

    private static readonly SoleObjects _soles = new(_program);
    private static readonly Value _lock = Value.Member(Value.This, "F:Node.L");
    private static readonly Value _lost = Value.Member(Value.Instance("T:Node"), "F:Node.L");
    private static readonly Value _part = Value.Member(Value.This, "F:Node.Part");

    [Fact]
    public void OnePath_IsOneObject()
    {
        AssertOne(true, _lock, _lock);
        AssertOne(false, _lock, Value.Member(Value.This, "F:Part.L"));
        AssertOne(false, Value.Static("F:C.A"), Value.Static("F:C.B"));
    }

    // Elements are one for one known key.
    [Fact]
    public void Elements_GoByTheirKeys()
    {
        Value all = Value.Member(Value.This, "F:Node.All");
        Value index = Value.Parameter("M:Node.M", 0);
        AssertOne(true, Value.Element(all, index), Value.Element(all, index));
        AssertOne(false, Value.Element(all), Value.Element(all));
        AssertOne(false, Value.Element(all, index), Value.Element(all, Value.Parameter("M:Node.M", 1)));
        AssertOne(false, Value.Member(Value.Element(all), "F:Node.L"), Value.Member(Value.Element(all), "F:Node.L"));
        AssertOne(true, Value.Member(Value.Element(all, index), "F:Node.L"), Value.Member(Value.Element(all, index), "F:Node.L"));
    }

    // An object that a call has lost may be the one that the other path leads to; not one out of a collection.
    [Fact]
    public void LostObject_MayBeTheOther()
    {
        AssertOne(true, _lost, Value.Member(_part, "F:Node.L"));
        AssertOne(false, _lost, Value.Member(Value.Element(Value.Member(Value.This, "F:Node.All")), "F:Node.L"));
        AssertOne(false, _lost, Value.Member(Value.Static("F:C.Node"), "F:Node.L"));
        AssertOne(false, _lost, Value.Member(_part, "F:Part.L"));
    }

    // A reference that another class keeps may lead back to this object; what the class itself keeps is the next one in a row.
    [Fact]
    public void WayBackToThis_IsOneThatAnotherClassKeeps()
    {
        AssertOne(true, _lock, Value.Member(Value.Member(_part, "F:Part.Owner"), "F:Node.L"));
        AssertOne(false, _lock, Value.Member(Value.Member(_part, "F:Part.Own"), "F:Node.L"));
        AssertOne(true, Value.Member(Value.Member(Value.This, "F:Deep.Node"), "F:Node.L"), Value.Member(Value.Member(Value.Member(Value.Member(Value.This, "F:Deep.Node"), "F:Node.Part"), "F:Part.Owner"), "F:Node.L"));
        AssertOne(true, _lock, Value.Member(Value.Member(Value.Instance("T:Part"), "F:Part.Owner"), "F:Node.L"));
        AssertOne(false, _lock, Value.Member(Value.Member(Value.This, "F:Node.Next"), "F:Node.L"));
        AssertOne(false, _lock, Value.Member(Value.Member(Value.This, "F:Deep.Inner"), "F:Node.L"));
        AssertOne(false, _lock, Value.Member(Value.Member(Value.Static("F:C.Part"), "F:Part.Owner"), "F:Node.L"));
        AssertOne(false, Value.This, _part);
    }

    private static void AssertOne(bool areOne, Value left, Value right)
    {
        Assert.Equal(areOne, Reentry.AreOne(left, right, _program, _soles, static member => member == "F:Part.Own"));
        Assert.Equal(areOne, Reentry.AreOne(right, left, _program, _soles, static member => member == "F:Part.Own"));
    }
}
