using Preble.Simulation;

namespace Preble.Commands.Simulate;

/// <summary>What a command line asks for: every variant at every rate.</summary>
/// <param name="Arguments">The command line, so that anybody can run it again.</param>
internal sealed record SimulatePlan(
    string Arguments, SimulationOptions Options, IReadOnlyList<SimulateVariant> Variants, SimulatedWorkload Workload, double TtftSlo)
{
    public string Title => $"{Workload.Name} on {Options.Workers} × {Options.Gpu.Name}, seed {Options.Seed}";
}

/// <summary>A policy with its options, by the name that it has in tables.</summary>
internal sealed record SimulateVariant(string Name, SimulationOptions Options);

/// <summary>One run of a plan.</summary>
internal sealed record SimulateJob(SimulatePlan Plan, SimulateVariant Variant, double Rate)
{
    public string Name => Rate > 0 ? FormattableString.Invariant($"{Variant.Name} at {Rate:0.###}/s") : Variant.Name;

    /// <summary>Every run of the plans, those of one rate beside each other.</summary>
    public static SimulateJob[] Of(IEnumerable<SimulatePlan> plans) =>
    [
        .. from plan in plans
           from rate in plan.Workload.Rates
           from variant in plan.Variants
           select new SimulateJob(plan, variant, rate),
    ];
}

/// <summary>A run and what it came to.</summary>
internal sealed record SimulateRow(SimulateJob Job, RunFigures Figures)
{
    public double Rate => Job.Rate;
}
