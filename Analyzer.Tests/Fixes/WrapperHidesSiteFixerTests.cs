using Verify = CrossRelease.Analyzers.Tests.Support.CSharpCodeFixVerifier<
    CrossRelease.Analyzers.WrapperHidesSiteAnalyzer,
    CrossRelease.Analyzers.CodeFixes.WrapperHidesSiteFixer>;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class WrapperHidesSiteFixerTests
{
    [Fact]
    public Task Factory_ForwardsSite() => Verify.VerifyCodeFixAsync(
        """
        // A heading.
        using System.Threading;
        using KThreadRuntime;

        static class Signals
        {
            // Why it is here.
            public static Completion [|Create|]( ) => new Completion( ); // and what it gives
        }
        """,
        """
        // A heading.
        using System.Runtime.CompilerServices;
        using System.Threading;
        using KThreadRuntime;

        static class Signals
        {
            // Why it is here.
            public static Completion Create([CallerFilePath] string callerFilePath = "", [CallerLineNumber] int callerLineNumber = 0, [CallerMemberName] string callerMemberName = "" ) => new Completion(file: callerFilePath, line: callerLineNumber, member: callerMemberName ); // and what it gives
        }
        """);

    [Fact]
    public Task FactoryWithParameters_KeepsThemFirst() => Verify.VerifyCodeFixAsync(
        """
        using System.Runtime.CompilerServices;
        using KThreadRuntime;

        static class Signals
        {
            /// <summary>Makes one.</summary>
            /// <param name="name">Its name.</param>
            /// <param name="count">How many.</param>
            public static Completion[] [|Create|](
                string name,
                int count)
                => [new Completion(name: name), new() { }, new Completion { }];
        }
        """,
        """
        using System.Runtime.CompilerServices;
        using KThreadRuntime;

        static class Signals
        {
            /// <summary>Makes one.</summary>
            /// <param name="name">Its name.</param>
            /// <param name="count">How many.</param>
            /// <param name="callerFilePath">Part of the caller's site; the compiler fills it in.</param>
            /// <param name="callerLineNumber">Part of the caller's site; the compiler fills it in.</param>
            /// <param name="callerMemberName">Part of the caller's site; the compiler fills it in.</param>
            public static Completion[] Create(
                string name,
                int count,
                [CallerFilePath] string callerFilePath = "",
                [CallerLineNumber] int callerLineNumber = 0,
                [CallerMemberName] string callerMemberName = "")
                => [new Completion(name: name, file: callerFilePath, line: callerLineNumber, member: callerMemberName), new(file: callerFilePath, line: callerLineNumber, member: callerMemberName) { }, new Completion(file: callerFilePath, line: callerLineNumber, member: callerMemberName) { }];
        }
        """);

    [Fact]
    public Task FactoryThatTakesPartOfSite_UsesIt() => Verify.VerifyCodeFixAsync(
        """
        using System.Runtime.CompilerServices;
        using KThreadRuntime;

        static class Signals
        {
            public static Completion [|Create|](int callerFilePath, [CallerLineNumber] int line = 0) => new Completion();
        }
        """,
        """
        using System.Runtime.CompilerServices;
        using KThreadRuntime;

        static class Signals
        {
            public static Completion Create(int callerFilePath, [CallerLineNumber] int line = 0, [CallerFilePath] string callerFilePath2 = "", [CallerMemberName] string callerMemberName = "") => new Completion(file: callerFilePath2, line: line, member: callerMemberName);
        }
        """);

    [Fact]
    public Task FileWithoutUsings_GetsOneBehindItsHeading() => Verify.VerifyCodeFixAsync(
        """
        // A heading.

        namespace N;

        static class Signals
        {
            public static KThreadRuntime.Completion [|Create|]() => new KThreadRuntime.Completion();
        }
        """,
        """
        // A heading.

        using System.Runtime.CompilerServices;

        namespace N;

        static class Signals
        {
            public static KThreadRuntime.Completion Create([CallerFilePath] string callerFilePath = "", [CallerLineNumber] int callerLineNumber = 0, [CallerMemberName] string callerMemberName = "") => new KThreadRuntime.Completion(file: callerFilePath, line: callerLineNumber, member: callerMemberName);
        }
        """);

    [Fact]
    public Task FactoryOfFactory_IsFixedWithIt()
    {
        var test = new Verify.Test
        {
            TestState =
            {
                Sources =
                {
                    """
                    using System.Runtime.CompilerServices;
                    using KThreadRuntime;
                    static class Outer
                    {
                        public static Completion [|Create|](string name) => Inner.Create(name);
                    }
                    """,
                    """
                    using System.Runtime.CompilerServices;
                    using KThreadRuntime;
                    static class Inner
                    {
                        public static Completion [|Create|](string name)
                        {
                            return new Completion(null, name);
                        }
                    }
                    """,
                },
            },
            FixedState =
            {
                Sources =
                {
                    """
                    using System.Runtime.CompilerServices;
                    using KThreadRuntime;
                    static class Outer
                    {
                        public static Completion Create(string name, [CallerFilePath] string callerFilePath = "", [CallerLineNumber] int callerLineNumber = 0, [CallerMemberName] string callerMemberName = "") => Inner.Create(name, callerFilePath: callerFilePath, callerLineNumber: callerLineNumber, callerMemberName: callerMemberName);
                    }
                    """,
                    """
                    using System.Runtime.CompilerServices;
                    using KThreadRuntime;
                    static class Inner
                    {
                        public static Completion Create(string name, [CallerFilePath] string callerFilePath = "", [CallerLineNumber] int callerLineNumber = 0, [CallerMemberName] string callerMemberName = "")
                        {
                            return new Completion(null, name, file: callerFilePath, line: callerLineNumber, member: callerMemberName);
                        }
                    }
                    """,
                },
            },
        };
        return test.RunAsync();
    }

    [Fact]
    public Task UnfixableFirst_DoesNotStopTheOthers() => Verify.VerifyCodeFixAsync(
        """
        using System.Runtime.CompilerServices;
        using KThreadRuntime;
        static class Signals
        {
            public static Completion {|XR3002:First|} => new Completion();
            public static Completion {|XR3002:Second|}(params int[] numbers) => new Completion();
            public static Completion {|XR3002:Third|}() => new Completion();
        }
        """,
        """
        using System.Runtime.CompilerServices;
        using KThreadRuntime;
        static class Signals
        {
            public static Completion {|XR3002:First|} => new Completion();
            public static Completion {|XR3002:Second|}(params int[] numbers) => new Completion();
            public static Completion Third([CallerFilePath] string callerFilePath = "", [CallerLineNumber] int callerLineNumber = 0, [CallerMemberName] string callerMemberName = "") => new Completion(file: callerFilePath, line: callerLineNumber, member: callerMemberName);
        }
        """);

    [Theory]
    [InlineData("interface I { Completion Create(); } class C : I { public Completion {|XR3002:Create|}() => new(); }")]
    [InlineData("class C { public virtual Completion {|XR3002:Create|}() => new(); }")]
    [InlineData("class C { public static Completion {|XR3002:Create|}() => new(); static readonly Func<Completion> Use = Create; }")]
    [InlineData("class C { public static Completion {|XR3002:Create|}() => new(); static readonly System.Linq.Expressions.Expression<Func<Completion>> Use = () => Create(); }")]
    [InlineData("class C { public static Completion {|XR3002:Outer|}() => Inner(1); public static Completion {|XR3002:Inner|}(params int[] n) => new(); }")]
    public async Task ParametersThatAreNotFree_GetNoFix(string source)
    {
        var code = "using KThreadRuntime;\n" + source;
        await Verify.VerifyCodeFixAsync(code, code);
    }
}
