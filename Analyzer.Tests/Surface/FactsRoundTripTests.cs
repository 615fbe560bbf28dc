using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Surface;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Surface;

/// <summary>What is written comes back, every kind of instruction and every property of it: one that is forgotten fails here.</summary>
public class FactsRoundTripTests
{
    private static readonly SourceText _text = SourceText.From(string.Concat(Enumerable.Repeat("0123456789\n", 400)));

    public static TheoryData<string> Instructions => [.. ConcreteTypesOf(typeof(Instruction)).Select(static type => type.Name)];

    [Theory]
    [MemberData(nameof(Instructions))]
    public void Instruction_ComesBack(string name)
    {
        Type type = ConcreteTypesOf(typeof(Instruction)).Single(candidate => candidate.Name == name);
        foreach (object instruction in Variants(type))
        {
            Assert.Equal(Dump(instruction), Dump(Again((Instruction)instruction)));
        }
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public void Instruction_TellsItsValues(string name)
    {
        Type type = ConcreteTypesOf(typeof(Instruction)).Single(candidate => candidate.Name == name);
        var instruction = (Instruction)Make(type, []);
        object?[] properties = [.. type.GetProperties().Where(property => property.Name != "Result" || type.GetConstructors().Any(static made => made.GetParameters().Any(static parameter => parameter.Name == "Result"))).Select(property => property.GetValue(instruction))];

        Assert.Equal(
            properties.OfType<Value>().Concat(properties.OfType<ImmutableArray<Value>>().SelectMany(static values => values)).Select(static value => value.Key).Order(),
            InstructionValues.Of(instruction).Select(static value => value.Key).Order());
    }

    [Fact]
    public void Block_ComesBack()
    {
        foreach (object block in Variants(typeof(Block)))
        {
            Assert.Equal(Dump(block), Dump(Again(Body([(Block)block, Empty(), Empty(), Empty()])).Blocks[0]));
        }
    }

    [Fact]
    public void Body_ComesBackAsOneOfAnotherAssembly()
    {
        foreach (object sample in Variants(typeof(BodyFacts)))
        {
            var body = (BodyFacts)sample;
            BodyFacts expected = With(body with { Blocks = [Empty()] }, nameof(BodyFacts.IsExternal), true);
            Assert.Equal(Dump(expected), Dump(Again(body with { Blocks = [Empty()] })));
        }
    }

    [Fact]
    public void Tree_ComesBackWithItsAssemblyAndLines()
    {
        var tree = new TreeFacts([Body([Empty()])], [new TypeFacts("T:N.C", "T:N.B", [("M:N.I.M", "M:N.C.M")]), new TypeFacts("T:N.D", null, [])]) { Path = "/a/b.cs" };

        TreeFacts again = Again(tree);

        Assert.Equal(tree.Path, again.Path);
        Assert.Equal(Dump(tree.Types), Dump(again.Types));
        Assert.Equal("Lib", again.Origin!.Assembly);
        TextSpan span = tree.Bodies[0].Span;
        Assert.Equal(_text.Lines.GetLinePositionSpan(span), again.Origin.Lines.Of(span));
    }

    [Fact]
    public void ElementsByDifferentKeys_StayApart()
    {
        Value[] values = [Element("F:N.C.a"), Element("F:N.C.b"), Value.Member(Element("F:N.C.a"), "F:N.D.gate"), Value.Member(Element("F:N.C.b"), "F:N.D.gate")];
        ImmutableArray<Instruction> written = [.. values.Select(static value => new ReturnValue(default, value))];

        BodyFacts again = Again(Body([Empty() with { Instructions = written }]));

        Assert.Equal(written.Select(Dump), again.Blocks[0].Instructions.Select(Dump));

        static Value Element(string key) => Value.Element(Value.Member(Value.This, "F:N.C.all"), Value.Member(Value.This, key));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_ComesBack(string _, object value)
    {
        Instruction again = Again(new ReturnValue(default, (Value)value));

        Assert.Equal(Dump(value), Dump(((ReturnValue)again).Source));
    }

    public static TheoryData<string, object> Values
    {
        get
        {
            Value member = Value.Member(Value.This, "F:N.C.f");
            Value[] values =
            [
                Value.Unknown, Value.This, Value.True, Value.False, Value.IsOwnContext, Value.Parameter("M:N.C.M(System.Int32)", 3), Value.Local("M:N.C.M~x17"),
                Value.Static("typeof T:N.C"), member, Value.Element(member), Value.Element(member, Value.Local("M:N.C.M~i2")), Value.Allocation("M:N.C.M#1", null),
                Value.Allocation("M:N.C.M#2", Value.Queue), Value.Allocation("M:N.C.M#3", "T:N.D"), Value.CallResult("M:N.C.M#4"), Value.Function("M:N.C.M~fn9", Value.This),
                Value.Function("M:N.C.S", null), Value.Scope(member), Value.Instance("T:N.C"), Value.Owner(Value.Parameter("M:N.C.M", 0), Value.Member(Value.This, "F:N.D.part"), "T:N.D"),
            ];
            Assert.Equal(Enum.GetValues<ValueKind>().Order(), values.Select(static value => value.Kind).Distinct().Order());
            var data = new TheoryData<string, object>();
            foreach (Value value in values)
            {
                data.Add(value.Key, value);
            }

            return data;
        }
    }

    // ---- samples: one with every property set, then one for each flag with only that flag set ----

    private static IEnumerable<object> Variants(Type type)
    {
        string[] flags = [.. type.GetProperties().Where(static property => property.PropertyType == typeof(bool) && property.CanWrite).Select(static property => property.Name)];
        yield return Make(type, flags);
        yield return Make(type, []);
        foreach (string flag in flags)
        {
            yield return Make(type, [flag]);
        }
    }

    private static object Make(Type type, string[] flags)
    {
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(static candidate => candidate.GetParameters().Length).First();
        int seed = 0;
        object?[] arguments = [.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType, parameter.Name!, flags, ++seed))];
        object made = constructor.Invoke(arguments);
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite && property.DeclaringType == type))
        {
            if (!constructor.GetParameters().Any(parameter => parameter.Name == property.Name))
            {
                property.SetValue(made, Sample(property.PropertyType, property.Name, flags, ++seed));
            }
        }

        return made;
    }

    private static object? Sample(Type type, string name, string[] flags, int seed) => type switch
    {
        _ when type == typeof(bool) => flags.Contains(name),
        _ when type == typeof(bool?) => flags.Length == 0 ? null : true,
        _ when type == typeof(int) || type == typeof(int?) => 1 + (seed % 3),
        _ when type == typeof(string) => name is "Local" ? "l@M:N.C.M~x" + seed : "M:N.C.M" + seed,
        _ when type == typeof(TextSpan) || type == typeof(TextSpan?) => new TextSpan(100 - (seed * 7), seed),
        _ when type == typeof(Value) => Value.Member(Value.This, "F:N.C.f" + seed),
        _ when type == typeof(Effect) => new Effect(EffectKind.Spawn, EffectTarget.OfParameter(seed), LockMode.Read, IsKThread: true) { IsOnce = true, UnlessArgument = seed, Fate = SpawnFate.Kept, NeedsStart = true },
        _ when type == typeof(BodyRole) => BodyRole.Finalizer,
        _ when type == typeof(LockConditionKind) => LockConditionKind.Excluded,
        _ when type == typeof(Lifetime) => Lifetime.Transient,
        _ when type == typeof(Keeping) => Keeping.Reads,
        _ when type == typeof(TaskOutcomes) => TaskOutcomes.RanToCompletion | TaskOutcomes.Canceled,
        _ when type == typeof(Edge) => new Edge(seed % 3, [1, 2]),
        _ when type == typeof(BranchTest) => new BranchTest(Value.This, IsNullTest: true, IsNegated: false, IsStable: true, Part: Value.Static("F:N.C.p")),
        _ when type == typeof(ImmutableArray<Value>) => ImmutableArray.Create(Value.This, Value.Static("F:N.C.s" + seed)),
        _ when type == typeof(ImmutableArray<string>) => ImmutableArray.Create("T:N.E" + seed, "T:N.B" + seed),
        _ when type == typeof(ImmutableArray<int>) => ImmutableArray.Create(seed % 3, 1),
        _ when type == typeof(ImmutableArray<Instruction>) => ImmutableArray.Create<Instruction>(new Reach(new TextSpan(seed, 2))),
        _ when type == typeof(ImmutableArray<Guard>) => ImmutableArray.Create(new Guard(1, GuardKind.Finally, null), new Guard(2, GuardKind.Catch, "T:N.E")),
        _ when type == typeof(ImmutableArray<Block>) => ImmutableArray<Block>.Empty,
        _ => throw new NotSupportedException($"No sample of {type} for {name}."),
    };

    private static Block Empty() => new([], null, null, null, [], IsInCycle: false, EndOfFinally: null);

    private static BodyFacts Body(ImmutableArray<Block> blocks) =>
        new("M:N.C.M", "C.M", null, "T:N.C", new TextSpan(20, 30), false, false, false, false, false, false, blocks);

    private static BodyFacts With(BodyFacts body, string property, object value)
    {
        BodyFacts copy = body with { };
        typeof(BodyFacts).GetProperty(property)!.SetValue(copy, value);
        return copy;
    }

    private static Instruction Again(Instruction instruction) => Again(Body([Empty() with { Instructions = [instruction] }])).Blocks[0].Instructions[0];

    private static BodyFacts Again(BodyFacts body) => Again(new TreeFacts([body], [])).Bodies[0];

    private static TreeFacts Again(TreeFacts tree)
    {
        var nothing = new OwnIds(CSharpCompilation.Create("Lib").Assembly);
        return Assert.Single(FactsReader.Read(new FactsWriter(nothing).Write([(tree, _text)]).ToArray(), "Lib"));
    }

    private static Type[] ConcreteTypesOf(Type type) => [.. type.Assembly.GetTypes().Where(candidate => candidate.IsSubclassOf(type) && !candidate.IsAbstract)];

    /// <summary>Everything there is to see of an object, whatever its own idea of equality.</summary>
    private static string Dump(object? value) => value switch
    {
        null => "null",
        string text => '"' + text + '"',
        EffectTarget target => target.IsReceiver ? "this" : target.Parameter.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Value { Kind: var kind } path => $"{kind} {path.Key} of {path.Type} at {Dump(path.At)} in {(path.Base is null ? "" : Dump(path.Base))}",
        IEnumerable items => "[" + string.Join(", ", items.Cast<object>().Select(Dump)) + "]",
        _ when value.GetType().Namespace!.StartsWith("System", StringComparison.Ordinal) || value is TextSpan || value.GetType().IsEnum => value.ToString()!,
        _ => value.GetType().Name + " { " + string.Join(", ", value.GetType().GetProperties().Where(static property => property.Name != "EqualityContract")
            .Select(property => property.Name + " = " + Dump(property.GetValue(value)))) + " }",
    };
}
