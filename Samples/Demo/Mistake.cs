namespace CrossRelease.Demo;

/// <summary>What is wrong in the consumer's source, and the rule that says so.</summary>
internal static class Mistake
{
    public const string Id = "XR3002";

    public const string Source = """
        using KThreadRuntime;

        namespace Consumer;

        public static class Engine
        {
            public static Completion CreateSignal(string name)
            {
                // Every signal of the program gets the lock class of this line.
                return new Completion(name: name);
            }
        }
        """;
}
