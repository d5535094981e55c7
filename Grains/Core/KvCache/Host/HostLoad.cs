namespace Preble.Core.KvCache.Host;

/// <summary>A block comes back from the host tier. Done after the saves and before the copies of the plan.</summary>
/// <param name="Slot">Where it is kept; it stays there.</param>
/// <param name="Hash">What the slot must hold; anything else is a load that failed.</param>
/// <param name="Block">The freshly taken block of the device that it goes to.</param>
public readonly record struct HostLoad(int Slot, BlockHash Hash, int Block);
