namespace Preble;

/// <summary>Why a sequence ended. Numbers are on the wire: append only.</summary>
[GenerateSerializer, Alias("Preble.FinishReason")]
public enum FinishReason
{
    /// <summary>An end-of-sequence or stop token was generated.</summary>
    Stop = 1,

    /// <summary>The output limit or the model's context was reached.</summary>
    Length = 2,

    /// <summary>The client went away or asked to stop.</summary>
    Cancelled = 3,

    /// <summary>The worker failed; the chunk's <see cref="TokenChunk.Error"/> says how.</summary>
    Error = 4,

    /// <summary>The worker was drained before the sequence ended; it may be continued elsewhere from prompt and tokens so far.</summary>
    Drained = 5,

    /// <summary>The request's own time-out passed, in the queue or while it ran.</summary>
    TimedOut = 6,

    /// <summary>Nobody read the stream for too long; what had been generated and not read is lost with it.</summary>
    SlowReader = 7,
}
