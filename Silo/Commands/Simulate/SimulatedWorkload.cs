using Preble.Simulation.Workloads;

namespace Preble.Commands.Simulate;

/// <summary>What clients ask in each run of a plan; only the rate differs.</summary>
internal sealed record SimulatedWorkload
{
    public required string Name { get; init; }

    /// <summary>Requests a second; 0 for what is recorded.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Requests a run; 0 for as many as come in <see cref="Seconds"/>.</summary>
    public int Requests { get; init; }

    public double Seconds { get; init; }

    public int Prefixes { get; init; }

    public double Zipf { get; init; }

    public int Questions { get; init; }

    /// <summary>Files with times of arrival: none, one, or one for each part of a mixed workload.</summary>
    public IReadOnlyList<string> Arrivals { get; init; } = [];

    public double TimeScale { get; init; } = 1;

    /// <summary>Makes the workload: anew for each run.</summary>
    public required Func<WorkloadOptions, Workload> Create { get; init; }

    public int RequestsAt(double rate) => Requests > 0 ? Requests : Math.Max(1, (int)Math.Round(rate * Seconds));

    public Workload At(double rate, ulong seed, int contextTokens) =>
        Create(new WorkloadOptions(RequestsAt(rate), rate, Prefixes, Zipf, seed, contextTokens)
        {
            Questions = Questions,
            ArrivalTimes = Arrivals.Count > 0 ? ArrivalFile.Read(Arrivals[0], rate / Arrivals.Count, TimeScale) : null,
            OtherArrivalTimes = Arrivals.Count > 1 ? ArrivalFile.Read(Arrivals[1], rate / Arrivals.Count, TimeScale) : null,
        });
}
