namespace Preble.Core.Batching;

/// <summary>When a sequence ends.</summary>
public static class StopRules
{
    /// <summary>True when the sampled token ends the sequence and is not part of its output.</summary>
    public static bool IsStopToken(GenerateCommand command, int token) =>
        !command.StopTokens.IsDefaultOrEmpty && command.StopTokens.AsSpan().Contains(token);

    /// <summary>True when no token may follow the known ones.</summary>
    public static bool IsAtLength(Sequence sequence, int sequenceTokens) =>
        sequence.OutputCount >= sequence.Command.MaxOutputTokens || sequence.KnownCount >= sequenceTokens;
}
