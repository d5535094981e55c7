using Preble.Simulation;

namespace Preble.Commands.Simulate;

/// <summary>
/// The paper's Figure 5, step by step: each has what the one before has and one thing more. The tool-use workload with Zipf 1.1 on four A6000 at the authors'
/// 36 requests a second; the queues of all but the last step are first come, first served.
/// </summary>
internal static class Ablation
{
    /// <summary>Its command line, in front of what the user says.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
        ["--workload", "toolbench", "--zipf", "1.1", "--workers", "4", "--prefixes", "400", "--rate", "36", "--requests", "10800"];

    private static readonly (string Name, string Policy, string[] Settings, string Discipline)[] Steps =
    [
        ("round robin", "round-robin", [], "fcfs"),
        ("+ e2 without readjustment", "e2", ["Rebalance=false", "Replicate=false", "CopyPrice=1e9", "DecodeHeavyRatio=0"], "fcfs"),
        ("+ rebalancing and replication", "e2", ["Rebalance=true", "DecodeHeavyRatio=0"], "fcfs"),
        ("+ decode awareness", "e2", ["Rebalance=true"], "fcfs"),
        ("+ priority wait queue", "e2", ["Rebalance=true"], "groups"),
    ];

    public static IReadOnlyList<SimulateVariant> Variants(SimulationOptions options) =>
    [
        .. Steps.Select(step => new SimulateVariant(step.Name, options with
        {
            Policy = step.Policy, Discipline = step.Discipline, Scheduler = FleetArguments.Scheduler(step.Settings, options.Scheduler),
        })),
    ];
}
