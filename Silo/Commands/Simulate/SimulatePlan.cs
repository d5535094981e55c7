using Preble.Simulation;
using Preble.Simulation.Workloads;

namespace Preble.Commands.Simulate;

/// <summary>What the command line asks for: every policy at every rate.</summary>
/// <param name="Title">What is simulated, in a line.</param>
/// <param name="RequestsGiven">Requests a run; 0 for as many as come in <paramref name="Seconds"/>.</param>
/// <param name="Create">Makes the workload for its options: anew for each run.</param>
internal sealed record SimulatePlan(
    string Title, SimulationOptions Options, IReadOnlyList<string> Policies, IReadOnlyList<double> Rates, int RequestsGiven, double Seconds, int Prefixes,
    double Zipf, double TtftSlo, Func<WorkloadOptions, Workload> Create)
{
    public string? CsvPath { get; init; }

    public string? JsonPath { get; init; }

    public int Requests(double rate) => RequestsGiven > 0 ? RequestsGiven : Math.Max(1, (int)Math.Round(rate * Seconds));

    public Workload Workload(double rate) =>
        Create(new WorkloadOptions(Requests(rate), rate, Prefixes, Zipf, Options.Seed, Options.Gpu.ContextTokens));
}

/// <param name="Rate">Requests a second that were asked for; 0 for a trace's own.</param>
internal sealed record SimulateRow(double Rate, RunFigures Figures);
