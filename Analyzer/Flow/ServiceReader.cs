using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What a program says to a container of services, by the names of Microsoft.Extensions.DependencyInjection.</summary>
internal static class ServiceReader
{
    private const string Container = "Microsoft.Extensions.DependencyInjection";

    /// <summary>What a call registers; null where it registers nothing, or nobody knows what.</summary>
    /// <param name="values">The arguments by the ordinals of their parameters.</param>
    public static Provide? Registration(IInvocationOperation call, ImmutableArray<Value> values, ReadContext context)
    {
        IMethodSymbol method = call.TargetMethod;
        if (!IsOfContainer(method) || LifetimeOf(method.Name) is not { } lifetime)
        {
            return null;
        }

        ITypeSymbol[] types = [.. method.TypeArguments.Concat(call.Arguments.Select(static argument => ReadContext.Unwrapped(argument.Value)).OfType<ITypeOfOperation>().Select(static type => type.TypeOperand))];
        string?[] ids = [.. types.Select(type => IdOf(type, context))];
        if (ids.Length == 0 || ids.Contains(null) || !TryKey(call, context, out string? key))
        {
            return null;
        }

        Value? maker = call.Arguments.Where(static argument => argument.Parameter is { Ordinal: > 0 } && !IsKey(argument) && ReadContext.Unwrapped(argument.Value) is not ITypeOfOperation)
            .Select(argument => argument.Parameter!.Ordinal < values.Length ? values[argument.Parameter.Ordinal] : Value.Unknown).FirstOrDefault();
        return method.Name == "AddHostedService"
            ? new Provide(call.Syntax.Span, lifetime, "hosted " + ids[0], maker is null ? ids[0] : null, maker ?? Value.Unknown, null)
            : new Provide(call.Syntax.Span, lifetime, ids[0]!, maker is null ? ids[ids.Length - 1] : null, maker ?? Value.Unknown, key);
    }

    /// <summary>What a call asks the container for; null for another call.</summary>
    public static Inject? Request(IInvocationOperation call, Value result, ReadContext context) =>
        call.TargetMethod is { TypeArguments.Length: 1, Name: "GetService" or "GetRequiredService" or "GetKeyedService" or "GetRequiredKeyedService" } method
        && IsOfContainer(method)
        && result.Kind == ValueKind.CallResult
        && IdOf(method.TypeArguments[0], context) is { } service
        && TryKey(call, context, out string? key)
            ? new Inject(call.Syntax.Span, result, service, key)
            : null;

    /// <summary>What a container that calls the constructor gives it.</summary>
    public static ImmutableArray<Instruction> Given(IMethodSymbol constructor, ReadContext context)
    {
        if (!context.KnowsServices || constructor is not { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: false, DeclaredAccessibility: not Accessibility.Private })
        {
            return [];
        }

        ImmutableArray<Instruction>.Builder given = ImmutableArray.CreateBuilder<Instruction>();
        foreach (IParameterSymbol parameter in constructor.Parameters)
        {
            AttributeData? keyed = parameter.GetAttributes().FirstOrDefault(static attribute => attribute.AttributeClass?.Name == "FromKeyedServicesAttribute");
            string? key = keyed?.ConstructorArguments is { Length: 1 } arguments && arguments[0] is { Kind: not TypedConstantKind.Array, Value: { } value } ? ConstantKeys.TextOf(value, arguments[0].Type) : null;
            if (IdOf(parameter.Type, context) is { } service && keyed is null == key is null && parameter.DeclaringSyntaxReferences.Length > 0)
            {
                given.Add(new Inject(parameter.DeclaringSyntaxReferences[0].Span, context.ParameterOf(parameter), service, key));
            }
        }

        return given.ToImmutable();
    }

    private static Lifetime? LifetimeOf(string name)
    {
        string rest = name.StartsWith("Try", StringComparison.Ordinal) ? name.Substring(3) : name;
        return rest switch
        {
            "AddSingleton" or "AddKeyedSingleton" or "AddHostedService" => Lifetime.Singleton,
            "AddScoped" or "AddKeyedScoped" => Lifetime.Scoped,
            "AddTransient" or "AddKeyedTransient" => Lifetime.Transient,
            _ => null,
        };
    }

    // A key that is no constant may be any.
    private static bool TryKey(IInvocationOperation call, ReadContext context, out string? key)
    {
        IArgumentOperation? given = call.Arguments.FirstOrDefault(IsKey);
        key = given is null ? null : ConstantKeys.Of(given.Value, context)?.Id;
        return given is null == key is null;
    }

    private static bool IsKey(IArgumentOperation argument) => argument.Parameter?.Name == "serviceKey";

    private static bool IsOfContainer(IMethodSymbol method) =>
        method.ContainingNamespace?.ToDisplayString() is { } space && space.StartsWith(Container, StringComparison.Ordinal);

    private static string? IdOf(ITypeSymbol type, ReadContext context) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Interface } named && context.IsSource(named) ? context.Id(named.OriginalDefinition) : null;
}
