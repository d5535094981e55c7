namespace Preble.Simulation.Workloads;

/// <summary>The workloads by name. A new one is a class and a line here.</summary>
internal static class WorkloadCatalog
{
    /// <summary>With each: prefixes for a worker and requests a second for a worker, about where the authors ran two A6000 near saturation.</summary>
    private static readonly Entry[] All =
    [
        new("toolbench", 100, 4.5, options => new ToolUse(options)),
        new("agent", 130, 7.5, options => new EmbodiedAgent(options)),
        new("programming", 65, 1.25, options => new Programming(options)),
        new("video", 85, 1.5, options => new VideoQuestions(options)),
        new("documents", 14, 0.25, options => new LongDocuments(options)),
        new("chat", 4, 2, options => new MultiTurnChat(options)),
        new("low-sharing", 16, 3, options => new LowSharing(options)),
        new("mixed", 90, 2, options => new Mixed(options)),
        new("generated-shared-prefix", 0, 4, options => new PromptGroups(options, PromptGroupShape.Sglang)) { Prefixes = 64 },
        new("37-capacity", 0, 2.5, options => new PromptGroups(options, PromptGroupShape.Capacity37))
        {
            // Four pods of four GPUs. 37 % is what the 83 · 8000 shared tokens are of four caches of (0.9 · 4 · 80 GB − 141 GB of weights) / 327,680 bytes.
            Prefixes = 83, Gpu = "h100-llama-3-70b-tp4", Workers = 4, KvTokens = 448_600,
        },
        new("precise-guide", 0, 7.5, options => new PromptGroups(options, PromptGroupShape.PreciseGuide))
        {
            Prefixes = 150, Gpu = "h100-qwen3-32b-tp2", Workers = 8,
        },
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Name)];

    public static Entry? Find(string name) => Array.Find(All, entry => entry.Name == name);

    /// <summary>A trace by its file's name: JSON lines are Mooncake's, comma-separated values Azure's.</summary>
    public static Workload Trace(string path, WorkloadOptions options) =>
        ArrivalFile.IsCsv(path) ? new AzureTrace(path, options) : new MooncakeTrace(path, options);

    internal sealed record Entry(string Name, int PrefixesPerWorker, double RatePerWorker, Func<WorkloadOptions, Workload> Create)
    {
        /// <summary>Prefixes in all, whatever the fleet; 0 for so many a worker.</summary>
        public int Prefixes { get; init; }

        /// <summary>The fleet it is meant for, unless the user names another; null, 0 and 0 for the usual one.</summary>
        public string? Gpu { get; init; }

        public int Workers { get; init; }

        public int KvTokens { get; init; }

        public int PrefixesFor(int workers) => Prefixes > 0 ? Prefixes : PrefixesPerWorker * workers;
    }
}
