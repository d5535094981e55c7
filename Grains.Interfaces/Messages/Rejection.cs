namespace Preble;

/// <summary>Why a request was refused. Numbers are on the wire: append only.</summary>
[GenerateSerializer, Alias("Preble.RejectionReason")]
public enum RejectionReason
{
    QueueFull = 1,
    NoWorker = 2,
    PromptTooLong = 3,
    Draining = 4,
    UnknownModel = 5,
    DuplicateRequest = 6,
    InvalidRequest = 7,

    /// <summary>No worker can give the first token within the time that was asked for.</summary>
    TargetUnreachable = 8,
}

/// <summary>An expected refusal: a value, never an exception. One table in the API maps it to a status and an error body.</summary>
/// <param name="Reason">The kind of refusal.</param>
/// <param name="Message">What was refused and the numbers, fit for the client; no prompt text.</param>
/// <param name="RetryAfterSeconds">When it may be worth asking again; 0 when asking again will not help.</param>
[GenerateSerializer, Immutable, Alias("Preble.Rejection")]
public sealed record Rejection(
    [property: Id(0)] RejectionReason Reason,
    [property: Id(1)] string Message,
    [property: Id(2)] double RetryAfterSeconds = 0);
