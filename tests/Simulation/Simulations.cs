using Preble.Simulation.Workloads;

namespace Preble.Simulation.Tests;

/// <summary>Small runs for tests: a fleet of A6000 with Mistral-7B, and a workload by name.</summary>
internal static class Simulations
{
    public static SimulationOptions Options(int workers = 2, string policy = "e2", ulong seed = 1, FaultPlan? faults = null, bool audit = false) => new()
    {
        Gpu = GpuProfiles.Find("a6000-mistral-7b")!, Workers = workers, Policy = policy, Seed = seed, Faults = faults ?? new FaultPlan(), Audit = audit,
    };

    public static Workload Workload(string name, int requests, double rate, ulong seed = 1, int prefixes = 0, int workers = 2, double zipf = 0)
    {
        var entry = WorkloadCatalog.Find(name)!;
        var count = prefixes > 0 ? prefixes : entry.PrefixesFor(workers);
        return entry.Create(new WorkloadOptions(requests, rate, count, zipf, seed, ContextTokens: 32_768));
    }

    public static RunFigures Run(SimulationOptions options, Workload workload) => new SimulationRun(options, workload).Run();

    /// <summary>All that may not depend on the machine, to the last bit.</summary>
    public static string Numbers(RunFigures figures) => FormattableString.Invariant(
        $"{figures.Ended} {figures.RefusedCount} {figures.MovedCount} {figures.EndToEnd} {figures.Ttft} {figures.Tpot} {figures.Seconds:R} {figures.HitRatio:R} {figures.Busy:R} {figures.Imbalance:R} {figures.Preemptions}");
}
