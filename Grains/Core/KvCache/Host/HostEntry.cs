namespace Preble.Core.KvCache.Host;

/// <summary>One block that the host tier keeps.</summary>
/// <param name="Slot">Where it is kept.</param>
/// <param name="Parent">The hash of the block before it; <see cref="BlockHash.None"/> for a first block.</param>
public readonly record struct HostEntry(int Slot, BlockHash Hash, BlockHash Parent);
