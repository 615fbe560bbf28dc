using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Models;

public class ApiModelsTests
{
    private static readonly CSharpCompilation _compilation = CSharpCompilation.Create(
        "Models",
        [CSharpSyntaxTree.ParseText("using System; using System.Threading.Tasks;" + Primitives.ContextPrimitives.Forms + Primitives.ContextPrimitives.Wpf)],
        [.. TestReferences.Framework, TestReferences.Runtime]);

    /// <summary>Each line of the shipped files: file and number, type, member, effects.</summary>
    public static TheoryData<string, string, string, string> Lines
    {
        get
        {
            var lines = new TheoryData<string, string, string, string>();
            foreach (string name in typeof(ApiModels).Assembly.GetManifestResourceNames().Where(static name => name.EndsWith(".models.txt", StringComparison.Ordinal)))
            {
                using var reader = new StreamReader(typeof(ApiModels).Assembly.GetManifestResourceStream(name)!);
                int number = 0;
                while (reader.ReadLine() is { } line)
                {
                    number++;
                    string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    if (words.Length > 0)
                    {
                        string[] member = words[0].Split("::");
                        lines.Add($"{name}({number})", member[0], member[1], string.Join(' ', words[1..]));
                    }
                }
            }

            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void ShippedLine_NamesAMemberThatTakesItsTargets(string place, string type, string member, string effects)
    {
        INamedTypeSymbol[] types = Types(type);
        ISymbol[] members = [.. types.SelectMany(WithBases).SelectMany(found => found.GetMembers(member))];
        Assert.True(members.Length > 0, $"{place}: {type} has no member {member}.");
        Effect[] modelled = [.. ApiModels.Shipped.Of(members[0], types[0])];
        Assert.Equal(effects.Split(' ').Count(static word => word is not ("once" or "on-ui-thread" or "on-start")), modelled.Length);

        int parameters = members.Max(static found => found switch
        {
            IMethodSymbol method => method.Parameters.Length,
            IEventSymbol => 1,
            _ => 0,
        });
        foreach (Effect effect in modelled.Where(static effect => !effect.Target.IsReceiver))
        {
            Assert.True(effect.Target.Parameter < parameters, $"{place}: no overload has a parameter {effect.Target.Parameter} ({effects}).");
        }
    }

    [Fact]
    public void ShippedFiles_NameNoMemberTwice()
    {
        string[] names = [.. Lines.Select(static row => row[1] + "::" + row[2])];

        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct().Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("N.T::M", "own.txt(2): expected 'Namespace.Type::Member effect(target)'")]
    [InlineData("N.T.M wait", "own.txt(2): expected 'Namespace.Type::Member effect(target)'")]
    [InlineData("N.T::M waits", "own.txt(2): unknown effect 'waits'")]
    [InlineData("N.T::M wait(that)", "own.txt(2): unknown target 'that'")]
    [InlineData("N.T::M wait(-1)", "own.txt(2): unknown target '-1'")]
    [InlineData("N.T::M acquire wait()", "own.txt(2): unknown target ''")]
    [InlineData("N.T::M wait(0", "own.txt(2): 'wait(0' does not end in ')'")]
    [InlineData("::M wait", "own.txt(2): expected 'Namespace.Type::Member effect(target)'")]
    [InlineData("N.T:: wait", "own.txt(2): expected 'Namespace.Type::Member effect(target)'")]
    [InlineData("N.T::O once", "own.txt(2): no effect")]
    [InlineData("N.T::O wait once", "own.txt(2): 'once' says more of an acquire, and there is none")]
    [InlineData("N.T::O wait on-ui-thread", "own.txt(2): 'on-ui-thread' says more of a spawn or fork, and there is none")]
    [InlineData("N.T::O wait wait", "own.txt(2): one effect twice on one target")]
    [InlineData("N.T::O spawn(0) callback(0)", "own.txt(2): one delegate runs in two ways")]
    [InlineData("N.T::M wait", "own.txt(2): 'N.T::M' is modelled in good.txt(1) already")]
    [InlineData("N.T::M signal", "own.txt(2): 'N.T::M' is modelled in good.txt(1) already, and otherwise")]
    public void BadLine_IsNamedByFileAndLine(string line, string message)
    {
        var failure = Assert.Throws<FormatException>(() => ApiModels.Parse([("good.txt", "N.T::M wait"), ("own.txt", "# head\n" + line + "\n")]));

        Assert.Equal(message, failure.Message);
    }

    [Fact]
    public void CommentsBlanksAndLineEnds_AreNoPartOfALine()
    {
        ApiModels models = ApiModels.Parse([("own.txt", "\r\n  # head\r\n\tMy.Gate::Enter \t acquire-read   release(1) # both\r\n\r\n")]);
        ISymbol enter = Member("namespace My { class Gate { void Enter(object a, object b) { } } }", "My.Gate", "Enter");

        Assert.Equal(
            [(EffectKind.Acquire, LockMode.Read, true), (EffectKind.Release, LockMode.Exclusive, false)],
            models.Of(enter).Select(static effect => (effect.Kind, effect.Mode, effect.Target.IsReceiver)));
        Assert.Equal(1, models.Of(enter)[1].Target.Parameter);
        Assert.True(models.MayModel("Enter"));
        Assert.False(models.MayModel("Exit"));
    }

    [Fact]
    public void InheritedMember_HasTheModelOfItsReceiver()
    {
        ApiModels models = ApiModels.Parse([("own.txt", "My.Base::Wait wait\nMy.Derived::Wait acquire")]);
        const string source = "namespace My { class Base { void Wait() { } } class Derived : Base { } class Other : Base { } }";
        Compilation compilation = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source));
        ISymbol wait = compilation.GetTypeByMetadataName("My.Base")!.GetMembers("Wait").Single();

        Assert.Equal(EffectKind.Wait, models.Of(wait).Single().Kind);
        Assert.Equal(EffectKind.Acquire, models.Of(wait, compilation.GetTypeByMetadataName("My.Derived")).Single().Kind);
        Assert.Equal(EffectKind.Wait, models.Of(wait, compilation.GetTypeByMetadataName("My.Other")).Single().Kind);
    }

    [Fact]
    public void OverrideThatCanBeRead_HasNoModelOfItsBase()
    {
        ApiModels models = ApiModels.Parse([("own.txt", "My.Base::Wait wait")]);
        const string source = "namespace My { class Base { public virtual void Wait() { } } class Derived : Base { public override void Wait() { } } class Last : Derived { } }";
        Compilation compilation = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source));
        ISymbol wait = compilation.GetTypeByMetadataName("My.Derived")!.GetMembers("Wait").Single();

        Assert.Empty(models.Of(wait));
        Assert.Empty(models.Of(wait, compilation.GetTypeByMetadataName("My.Last")));
        Assert.Single(models.Of(compilation.GetTypeByMetadataName("My.Base")!.GetMembers("Wait").Single(), compilation.GetTypeByMetadataName("My.Last")));
    }

    [Fact]
    public void MemberOfSameNameInOtherType_HasNoModel()
        => Assert.Empty(ApiModels.Shipped.Of(Member("namespace My { class Monitor { void Enter(object o) { } } }", "My.Monitor", "Enter")));

    [Fact]
    public void RuntimeMember_IsMarkedAsTheRuntimes()
    {
        Assert.True(ApiModels.Shipped.Of(Types("KThreadRuntime.Completion").Single().GetMembers("Wait")[0]).Single().IsKThread);
        Assert.False(ApiModels.Shipped.Of(Types("System.Threading.Barrier").Single().GetMembers("SignalAndWait")[0])[0].IsKThread);
    }

    private static IEnumerable<INamedTypeSymbol> WithBases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    private static ISymbol Member(string source, string type, string member)
        => _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source)).GetTypeByMetadataName(type)!.GetMembers(member).Single();

    // A model names a type without its arity, and a nested type with a dot.
    private static INamedTypeSymbol[] Types(string name)
    {
        string[] nested = [name, name[..name.LastIndexOf('.')] + "+" + name[(name.LastIndexOf('.') + 1)..]];
        return
        [
            .. nested.SelectMany(static candidate => new[] { candidate, candidate + "`1", candidate + "`2" })
                .Select(_compilation.GetTypeByMetadataName)
                .OfType<INamedTypeSymbol>(),
        ];
    }
}
