namespace CrossRelease.Demo;

/// <summary>What is wrong in the consumer's source, and the rule that says so.</summary>
internal static class Mistake
{
    public const string Id = "XR1001";

    public const string Source = """
        using KThreadRuntime;

        namespace Consumer;

        public sealed class Engine
        {
            private readonly object _gate = new();
            private readonly Completion _idle = new();
            private int _requests;

            public void Start() => KThread.Run(Work);

            public void Reset()
            {
                lock (_gate)
                {
                    _requests = 0;
                    _idle.Wait();
                }
            }

            private int Work(KThread self)
            {
                lock (_gate)
                {
                    _requests++;
                }

                _idle.Complete();
                return 0;
            }
        }
        """;
}
