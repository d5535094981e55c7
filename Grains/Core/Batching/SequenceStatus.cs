namespace Preble.Core.Batching;

/// <summary>
/// Where a sequence is: Waiting → Running → Finished; preemption leads back from Running to Waiting, cancellation to Finished from
/// anywhere.
/// </summary>
public enum SequenceStatus
{
    /// <summary>Holds no blocks: not admitted yet, or preempted.</summary>
    Waiting = 1,

    /// <summary>Holds blocks and is computed step by step.</summary>
    Running = 2,

    /// <summary>Has ended and holds nothing.</summary>
    Finished = 3,
}
