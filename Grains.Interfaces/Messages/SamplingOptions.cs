namespace Preble;

/// <summary>How the next token is chosen from the logits. Temperature 0 is greedy: the most likely token, ties to the lowest id.</summary>
/// <param name="Temperature">Divides the logits; 0 is greedy.</param>
/// <param name="TopK">Keep the k most likely tokens; 0 keeps all.</param>
/// <param name="TopP">Keep the smallest set of tokens whose probability reaches this; 1 keeps all.</param>
/// <param name="MinP">Drop tokens less likely than this fraction of the most likely one; 0 keeps all.</param>
/// <param name="RepetitionPenalty">Divides positive and multiplies negative logits of tokens seen in prompt or output; 1 is off.</param>
/// <param name="PresencePenalty">Subtracted once from the logit of each token already in the output.</param>
/// <param name="FrequencyPenalty">Subtracted from a token's logit once per time it is already in the output.</param>
/// <param name="Seed">With the token's position, the whole state of the random choice: a preempted sequence draws the same again.</param>
[GenerateSerializer, Immutable, Alias("Preble.SamplingOptions")]
public sealed record SamplingOptions(
    [property: Id(0)] float Temperature = 0,
    [property: Id(1)] int TopK = 0,
    [property: Id(2)] float TopP = 1,
    [property: Id(3)] float MinP = 0,
    [property: Id(4)] float RepetitionPenalty = 1,
    [property: Id(5)] float PresencePenalty = 0,
    [property: Id(6)] float FrequencyPenalty = 0,
    [property: Id(7)] ulong Seed = 0)
{
    public static SamplingOptions Greedy { get; } = new();

    /// <summary>True when earlier tokens change the logits, so that the engine must be given them.</summary>
    public bool UsesHistory => RepetitionPenalty != 1 || PresencePenalty != 0 || FrequencyPenalty != 0;
}
