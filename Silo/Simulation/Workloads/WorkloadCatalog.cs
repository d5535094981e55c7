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
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Name)];

    public static Entry? Find(string name) => Array.Find(All, entry => entry.Name == name);

    /// <summary>A trace by its file's name: JSON lines are Mooncake's, comma-separated values Azure's.</summary>
    public static Workload Trace(string path, WorkloadOptions options) =>
        path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? new AzureTrace(path, options) : new MooncakeTrace(path, options);

    internal sealed record Entry(string Name, int PrefixesPerWorker, double RatePerWorker, Func<WorkloadOptions, Workload> Create);
}
