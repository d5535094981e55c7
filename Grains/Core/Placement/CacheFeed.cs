namespace Preble.Core.Placement;

/// <summary>How far one worker's numbered cache changes have been taken in. Numbers start at 1 in each epoch.</summary>
public sealed class CacheFeed(long epoch)
{
    public long Epoch => epoch;

    /// <summary>The number of the change that must come next.</summary>
    public long NextNumber { get; set; } = 1;

    /// <summary>True after a gap, until a snapshot comes: what follows a gap cannot be trusted.</summary>
    public bool Broken { get; set; }
}
