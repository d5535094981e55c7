using Preble.Core.Batching.Queueing;
using Preble.Core.KvCache.Eviction;

namespace Preble.Core.Batching;

/// <summary>The sizes of one worker.</summary>
public sealed record WorkerCoreOptions
{
    /// <summary>Tokens a block.</summary>
    public int BlockSize { get; init; } = Limits.BlockSize;

    /// <summary>Blocks of the KV cache.</summary>
    public required int BlockCount { get; init; }

    /// <summary>The longest prompt plus output of the model.</summary>
    public required int ContextTokens { get; init; }

    /// <summary>Tokens computed in one step.</summary>
    public int StepTokens { get; init; } = Limits.StepTokens;

    /// <summary>
    /// The longest gap between two tokens of a stream that prefill beside it may cause, in seconds; 0 for a fixed budget of
    /// <see cref="StepTokens"/>. Without <see cref="Costs"/> nothing is known of a step's time, and the budget is fixed too.
    /// </summary>
    public double ItlTargetSeconds { get; init; } = 0.1;

    /// <summary>What steps cost, as calibrated; null when nothing was measured.</summary>
    public CostProfile? Costs { get; init; }

    /// <summary>Sequences in one step.</summary>
    public int RunningSequences { get; init; } = Limits.RunningSequences;

    /// <summary>Most tokens guessed for a sequence in one step; 0 guesses nothing.</summary>
    public int SpeculateTokens { get; init; }

    /// <summary>Requests queued before more are refused.</summary>
    public int WaitingRequests { get; init; } = Limits.WaitingRequests;

    /// <summary>The order of the waiting requests, by name: see <see cref="QueueDisciplines"/>.</summary>
    public string Discipline { get; init; } = QueueDisciplines.Default;

    /// <summary>P, the groups by cached share that a discipline with groups has.</summary>
    public int PriorityGroups { get; init; } = 10;

    /// <summary>k of the round-robin draw: the last group's requests a step.</summary>
    public int RoundRobinQuantum { get; init; } = 10;

    /// <summary>Whether tenants take turns by what they were served; else all are one.</summary>
    public bool Fairness { get; init; } = true;

    /// <summary>Share of the blocks kept free at admission, so that preemption stays rare.</summary>
    public double WatermarkShare { get; init; } = 0.01;

    /// <summary>
    /// True to keep blocks at admission for what running sequences are expected to put out, so that few are preempted. Off, they are admitted
    /// as soon as they fit.
    /// </summary>
    public bool ForecastGrowth { get; init; }

    /// <summary>Token ids run from 0 to below this; a prompt with any other id is refused.</summary>
    public int VocabularySize { get; init; } = int.MaxValue;

    /// <summary>Which free block is taken next.</summary>
    public EvictionKind Eviction { get; init; } = EvictionKind.Lru;

    /// <summary>What it costs to compute a block again, for the eviction by cost, when <see cref="Costs"/> are not known.</summary>
    public RecomputeCost RecomputeCost { get; init; } = new(1, 0.001);

    /// <summary>The same from the measured costs; only the ratio of its two parts matters, so a cost of nothing is no harm.</summary>
    public RecomputeCost CostOfRecompute => Costs is { PrefillSecondsPerToken: > 0 } costs
        ? new RecomputeCost(costs.PrefillSecondsPerToken, Math.Max(0, costs.PrefillSecondsPerTokenContext))
        : RecomputeCost;

    /// <summary>Share of the blocks that may be pinned; a pin beyond it is not taken.</summary>
    public double PinnedShare { get; init; } = 0.25;

    /// <summary>Blocks that the host tier holds; 0 turns it off.</summary>
    public int HostSlots { get; init; }

    /// <summary>The longest sequence, prompt and output: what the model can address and the pool can hold for one alone.</summary>
    public int SequenceTokens => (int)Math.Min(ContextTokens, (long)BlockCount * BlockSize);

    /// <summary>Tokens sampled in one step: one of each sequence, and one after each guess.</summary>
    public int StepSamples => RunningSequences + (SpeculateTokens > 0 ? Limits.SpeculatedRows : 0);

    public int WatermarkBlocks => (int)Math.Ceiling(BlockCount * WatermarkShare);

    /// <summary>Throws with a sentence when a value is out of range.</summary>
    public void Validate()
    {
        Require(BlockSize > 0, nameof(BlockSize), BlockSize, "is at least 1");
        Require(BlockCount > 0, nameof(BlockCount), BlockCount, "is at least 1");
        Require(ContextTokens > 1, nameof(ContextTokens), ContextTokens, "has room for a prompt token and an output token");
        Require(RunningSequences > 0, nameof(RunningSequences), RunningSequences, "is at least 1");
        Require(StepTokens >= RunningSequences, nameof(StepTokens), StepTokens, "is at least RunningSequences: each gets a token");
        Require(ItlTargetSeconds is >= 0 and < double.PositiveInfinity, nameof(ItlTargetSeconds), ItlTargetSeconds, "is 0 or more seconds");
        Require(
            SpeculateTokens is >= 0 and <= Limits.DraftTokens, nameof(SpeculateTokens), SpeculateTokens, $"is from 0 to {Limits.DraftTokens}");
        Require(WaitingRequests > 0, nameof(WaitingRequests), WaitingRequests, "is at least 1");
        Require(QueueDisciplines.Fault(Discipline), nameof(Discipline));
        Require(PriorityGroups is > 0 and <= Limits.PriorityGroups, nameof(PriorityGroups), PriorityGroups, $"is from 1 to {Limits.PriorityGroups}");
        Require(RoundRobinQuantum > 0, nameof(RoundRobinQuantum), RoundRobinQuantum, "is at least 1");
        Require(WatermarkShare is >= 0 and < 1, nameof(WatermarkShare), WatermarkShare, "is at least 0 and below 1");
        Require(Enum.IsDefined(Eviction), nameof(Eviction), (int)Eviction, "is one of those there are");
        Require(
            RecomputeCost is { SecondsPerToken: > 0 and < double.PositiveInfinity, SecondsPerTokenContext: >= 0 and < double.PositiveInfinity },
            nameof(RecomputeCost), RecomputeCost.SecondsPerToken, "is more than 0, and not less with more context");
        Require(PinnedShare is >= 0 and <= 1, nameof(PinnedShare), PinnedShare, "is at least 0 and at most 1");
        Require(HostSlots >= 0, nameof(HostSlots), HostSlots, "is at least 0");
        Require(VocabularySize > 0, nameof(VocabularySize), VocabularySize, "is at least 1");
    }

    private static void Require(string? fault, string name)
    {
        if (fault is not null)
        {
            throw new ArgumentException(fault, name);
        }
    }

    private static void Require(bool condition, string name, double value, string rule)
    {
        if (!condition)
        {
            throw new ArgumentException($"{name} {rule}; it is {value}.", name);
        }
    }
}
