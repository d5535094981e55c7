namespace Preble.Core.Placement;

/// <content>Of the policies other than <c>e2</c>. The defaults are those that the systems they come from publish.</content>
public sealed partial record SchedulerOptions
{
    /// <summary>For <c>random</c> and <c>power-of-two</c>: the same seed and the same events give the same placements.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// For <c>prefix-affinity</c>: more than this share of the prompt must be cached for the cache to decide. 0.5, 32 and 1.1 are what
    /// SGLang's code has when nothing is set; its documentation and Helm chart have 0.3, 64 and 1.5.
    /// </summary>
    public double AffinityThreshold { get; init; } = 0.5;

    /// <summary>For <c>prefix-affinity</c>: with more requests than this between the least and the most loaded worker, load may decide.</summary>
    public int AffinityLoadGap { get; init; } = 32;

    /// <summary>For <c>prefix-affinity</c>: load decides when the most loaded worker has also more than this times the least.</summary>
    public double AffinityLoadRatio { get; init; } = 1.1;

    /// <summary>For <c>cost</c>: what a block to prefill weighs beside one in use (Dynamo's prefill_load_scale).</summary>
    public double PrefillBlockWeight { get; init; } = 1;

    /// <summary>For <c>cost</c>: what of its prefill a block on the host saves, beside 1 for one on the device.</summary>
    public double HostBlockCredit { get; init; } = 0.75;

    /// <summary>For <c>weighted</c>: the weight of the cached share of the prompt. 3, 2, 2, 2 is what llm-d's guide has.</summary>
    public double PrefixScoreWeight { get; init; } = 3;

    /// <summary>For <c>weighted</c>: the weight of a short queue.</summary>
    public double QueueScoreWeight { get; init; } = 2;

    /// <summary>For <c>weighted</c>: the weight of free KV blocks.</summary>
    public double UsageScoreWeight { get; init; } = 2;

    /// <summary>For <c>weighted</c>: the weight of few tokens in flight, which llm-d's guide does without.</summary>
    public double TokenScoreWeight { get; init; }

    /// <summary>For <c>weighted</c>: the weight of not having been given a prompt that nobody had for the longest.</summary>
    public double ColdScoreWeight { get; init; } = 2;

    private void ValidatePolicies()
    {
        NotNegative(AffinityThreshold, nameof(AffinityThreshold));
        Check(AffinityLoadGap >= 0, nameof(AffinityLoadGap), "not negative", AffinityLoadGap);
        NotNegative(AffinityLoadRatio, nameof(AffinityLoadRatio));
        NotNegative(PrefillBlockWeight, nameof(PrefillBlockWeight));
        Check(HostBlockCredit is >= 0 and <= 1, nameof(HostBlockCredit), "from 0 to 1", HostBlockCredit);
        NotNegative(PrefixScoreWeight, nameof(PrefixScoreWeight));
        NotNegative(QueueScoreWeight, nameof(QueueScoreWeight));
        NotNegative(UsageScoreWeight, nameof(UsageScoreWeight));
        NotNegative(TokenScoreWeight, nameof(TokenScoreWeight));
        NotNegative(ColdScoreWeight, nameof(ColdScoreWeight));
    }
}
