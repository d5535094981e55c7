namespace Preble.Core.Placement.Sharding;

/// <summary>One of the schedulers that a model's prompts are divided among.</summary>
/// <param name="Index">Counted from 0.</param>
/// <param name="Count">How many there are; up to 1: this one has everything.</param>
public readonly record struct Shard(int Index, int Count)
{
    /// <summary>True when there are others.</summary>
    public bool IsPart => Count > 1;

    /// <summary>True when prompts that begin with this block are its matter. Block hashes are mixed, so a part of one will do.</summary>
    public bool Takes(BlockHash first) => !IsPart || first.Low % (ulong)Count == (ulong)Index;
}
