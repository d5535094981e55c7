using Preble.Core;
using Preble.Core.Batching.Queueing;
using Preble.Core.Placement;

namespace Preble.Simulation;

/// <summary>What one run simulates: the fleet, the network and what goes wrong. The workload is given beside it.</summary>
internal sealed record SimulationOptions
{
    public required GpuProfile Gpu { get; init; }

    public int Workers { get; init; } = 2;

    public string Policy { get; init; } = "e2";

    public ulong Seed { get; init; } = 1;

    /// <summary>One way between any two of client front-end, scheduler and worker.</summary>
    public TimeSpan NetworkDelay { get; init; } = TimeSpan.FromMilliseconds(0.2);

    /// <summary>Tokens computed in one step; 512 is the authors' chunk for 7B models (§3.2).</summary>
    public int StepTokens { get; init; } = Limits.StepTokens;

    /// <summary>Sequences in one step. More than a server's default, for the paper's engine bounds them by memory alone.</summary>
    public int RunningSequences { get; init; } = 256;

    /// <summary>Requests that may wait for a worker; beyond it they are refused. Much, for the paper's engine refuses nobody.</summary>
    public int WaitingRequests { get; init; } = 1 << 20;

    public double ItlTargetSeconds { get; init; } = 0.1;

    public string Discipline { get; init; } = QueueDisciplines.Default;

    /// <summary>The scheduler's own options; the policy is <see cref="Policy"/>, whatever they say, and the fewest requests a worker bind.</summary>
    public SchedulerOptions Scheduler { get; init; } = new() { RequestsPerWorker = 1 << 20 };

    public FaultPlan Faults { get; init; } = new();

    /// <summary>True to check all of every touched state after each event; a run is then many times slower.</summary>
    public bool Audit { get; init; }
}
