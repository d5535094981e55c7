namespace Preble.Core.KvCache.Host;

/// <summary>An evicted block's content goes to the host tier. Done before anything else of the plan, for the block has a new owner already.</summary>
/// <param name="Block">The block of the device that still has the content.</param>
/// <param name="Slot">Where it goes; what the slot held is forgotten.</param>
/// <param name="Hash">The content's name, for the file's entry.</param>
/// <param name="Parent">The hash of the block before it; <see cref="BlockHash.None"/> for a first block.</param>
public readonly record struct HostSave(int Block, int Slot, BlockHash Hash, BlockHash Parent);
