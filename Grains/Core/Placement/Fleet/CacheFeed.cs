namespace Preble.Core.Placement.Fleet;

/// <summary>How far one worker's numbered cache changes have been taken in. Numbers start at 1 in each epoch.</summary>
public sealed class CacheFeed(long epoch)
{
    public long Epoch => epoch;

    /// <summary>The number of the change that must come next.</summary>
    public long NextNumber { get; set; } = 1;

    /// <summary>True after a gap, until the missing changes or a snapshot come: what follows a gap cannot be trusted.</summary>
    public bool Broken { get; set; }

    /// <summary>True after a change of a kind that we do not know, until a snapshot comes: no replay makes that good.</summary>
    public bool Distrusted { get; set; }
}
