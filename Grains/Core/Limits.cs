namespace Preble.Core;

/// <summary>Every bound of the system, in one place.</summary>
public static class Limits
{
    /// <summary>Tokens a block: 16 keys are one AVX-512 or two AVX registers of scores.</summary>
    public const int BlockSize = 16;

    /// <summary>Requests a worker queues before it refuses.</summary>
    public const int WaitingRequests = 256;

    /// <summary>Sequences in one step.</summary>
    public const int RunningSequences = 64;

    /// <summary>Tokens computed in one step.</summary>
    public const int StepTokens = 512;
}
