namespace Preble.Simulation;

/// <summary>What goes wrong in a run.</summary>
internal sealed record FaultPlan
{
    /// <summary>Workers that vanish without a word, and come back with an empty cache.</summary>
    public IReadOnlyList<WorkerLoss> Losses { get; init; } = [];

    /// <summary>Workers whose steps take longer than they were measured to.</summary>
    public IReadOnlyList<SlowWorker> Slow { get; init; } = [];

    /// <summary>Share of the cache reports that never arrive.</summary>
    public double LostReports { get; init; }

    /// <summary>Share of the cache reports that arrive twice.</summary>
    public double DoubledReports { get; init; }

    /// <summary>A bug that tests plant, to see the checkers find it.</summary>
    public PlantedBug Bug { get; init; }
}

/// <param name="Return">Null when it stays away.</param>
internal readonly record struct WorkerLoss(int Worker, TimeSpan At, TimeSpan? Return);

/// <param name="Factor">How many times longer its steps take.</param>
internal readonly record struct SlowWorker(int Worker, double Factor);

/// <summary>Bugs of our own making, one for each checker; see <see cref="SimulationChecks"/>.</summary>
internal enum PlantedBug
{
    None,

    /// <summary>The end of one request is told to nobody.</summary>
    ForgottenEnd,

    /// <summary>The end of one request is told twice.</summary>
    DoubledEnd,

    /// <summary>Workers keep the blocks of requests that have ended: they are pinned for a day.</summary>
    LeakedBlocks,

    /// <summary>One stored block is reported under a wrong name.</summary>
    WrongHash,

    /// <summary>A worker stops in the middle and nobody notices.</summary>
    StuckWorker,
}
