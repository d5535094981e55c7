using System.Collections.Immutable;

namespace Preble;

/// <summary>What happened to a cached block. Numbers are on the wire: append only.</summary>
[GenerateSerializer, Alias("Preble.KvCacheChangeKind")]
public enum KvCacheChangeKind
{
    /// <summary>The block can be shared from the device's own memory.</summary>
    Stored = 1,

    /// <summary>The block has left the device's memory; it may be in the host tier.</summary>
    Removed = 2,

    /// <summary>Nothing is cached any more, in no tier.</summary>
    Cleared = 3,

    /// <summary>The host tier has the block, whether or not the device has it too.</summary>
    HostStored = 4,

    /// <summary>The host tier no longer has the block.</summary>
    HostRemoved = 5,
}

/// <summary>One change of a worker's cache.</summary>
/// <param name="Hash">The block; <see cref="BlockHash.None"/> for <see cref="KvCacheChangeKind.Cleared"/>.</param>
/// <param name="Parent">The block before it; <see cref="BlockHash.None"/> for a first block. Known for stored blocks only.</param>
[GenerateSerializer, Immutable, Alias("Preble.KvCacheChange")]
public readonly record struct KvCacheChange(
    [property: Id(0)] KvCacheChangeKind Kind,
    [property: Id(1)] BlockHash Hash,
    [property: Id(2)] BlockHash Parent);

/// <summary>Successive changes of one worker's cache. A number that does not follow the last one is a gap: ask for a snapshot.</summary>
/// <param name="Epoch">Differs each time the worker starts with an empty cache.</param>
/// <param name="FirstNumber">The number of the first change; the n-th has FirstNumber + n. Numbers start at 1 in each epoch.</param>
[GenerateSerializer, Immutable, Alias("Preble.KvCacheChanges")]
public sealed record KvCacheChanges(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long FirstNumber,
    [property: Id(3)] ImmutableArray<KvCacheChange> Changes);

/// <summary>One cached block of a snapshot and the block before it.</summary>
[GenerateSerializer, Immutable, Alias("Preble.CachedBlock")]
public readonly record struct CachedBlock([property: Id(0)] BlockHash Hash, [property: Id(1)] BlockHash Parent);

/// <summary>All cached blocks of a worker; parents come before children. The next change has <see cref="NextNumber"/>.</summary>
[GenerateSerializer, Immutable, Alias("Preble.KvCacheSnapshot")]
public sealed record KvCacheSnapshot(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long NextNumber,
    [property: Id(3)] ImmutableArray<CachedBlock> Blocks)
{
    /// <summary>Blocks that the host tier holds, whether or not the device has them too, in no promised order.</summary>
    [Id(4)] public ImmutableArray<CachedBlock> HostBlocks { get; init; } = [];
}
