namespace Preble;

/// <summary>Tells the scheduler that a placed request has ended, with the true numbers, so that its booking is released.</summary>
/// <param name="QueueSeconds">Time it waited at the worker; not a number when that is not known.</param>
/// <param name="Succeeded">False when it failed or never ran; then its lengths teach nothing.</param>
[GenerateSerializer, Immutable, Alias("Preble.RequestCompletion")]
public sealed record RequestCompletion(
    [property: Id(0)] RequestId Request,
    [property: Id(1)] WorkerId Worker,
    [property: Id(2)] int PromptTokens,
    [property: Id(3)] int CachedTokens,
    [property: Id(4)] int OutputTokens,
    [property: Id(5)] double QueueSeconds,
    [property: Id(6)] bool Succeeded)
{
    /// <summary>Time from the request's arrival to its first token; 0 when that is not known.</summary>
    [Id(7)]
    public double TtftSeconds { get; init; }
}
