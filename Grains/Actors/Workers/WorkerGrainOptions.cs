using Preble.Core;

namespace Preble.Actors.Workers;

/// <summary>The rhythm of a worker: its beats to the scheduler and its way back after a failure.</summary>
public sealed record WorkerGrainOptions
{
    /// <summary>Between two reports while requests run. New cached blocks are reported at once, whatever the beat.</summary>
    public TimeSpan BusyBeat { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Between two reports whatever happens, and between two looks at a failed engine; well below the scheduler's time-out for silent workers.</summary>
    public TimeSpan IdleBeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Wait before a failed engine is made anew; doubles with each failure in a row.</summary>
    public TimeSpan FirstRestart { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait.</summary>
    public TimeSpan LastRestart { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An engine that has lived this long has paid for its earlier failures.</summary>
    public TimeSpan ForgiveAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A stream with more than <see cref="Limits.UnreadTokens"/> unread tokens of which nothing is read for so long is cut: its blocks serve those
    /// who read.
    /// </summary>
    public TimeSpan SlowReaderPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a worker's end waits for its scheduler to hear of it.</summary>
    public TimeSpan GoodbyePatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a worker's end waits for the step that runs.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// An engine whose step takes longer than this is given up as hung, unless its own costs say that a full step may take long: then ten times that.
    /// </summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Throws an <see cref="ArgumentException"/> with one sentence when a value makes no sense.</summary>
    public WorkerGrainOptions Validate()
    {
        Require(BusyBeat > TimeSpan.Zero, nameof(BusyBeat), "longer than zero");
        Require(IdleBeat >= BusyBeat, nameof(IdleBeat), "at least BusyBeat");
        Require(FirstRestart > TimeSpan.Zero, nameof(FirstRestart), "longer than zero");
        Require(LastRestart >= FirstRestart, nameof(LastRestart), "at least FirstRestart");
        Require(ForgiveAfter > TimeSpan.Zero, nameof(ForgiveAfter), "longer than zero");
        Require(SlowReaderPatience > TimeSpan.Zero, nameof(SlowReaderPatience), "longer than zero");
        Require(GoodbyePatience > TimeSpan.Zero, nameof(GoodbyePatience), "longer than zero");
        Require(StopPatience > TimeSpan.Zero, nameof(StopPatience), "longer than zero");
        Require(StepTimeout > TimeSpan.Zero, nameof(StepTimeout), "longer than zero");
        return this;
    }

    /// <summary>The wait before the n-th restart in a row, counted from 1.</summary>
    public TimeSpan RestartDelay(int failures)
    {
        var doublings = Math.Clamp(failures - 1, 0, 16);
        var delay = FirstRestart * (1 << doublings);
        return delay < LastRestart ? delay : LastRestart;
    }

    private static void Require(bool right, string name, string must)
    {
        if (!right)
        {
            throw new ArgumentException($"Worker option {name} must be {must}.", name);
        }
    }
}
