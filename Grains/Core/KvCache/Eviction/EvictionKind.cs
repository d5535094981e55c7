namespace Preble.Core.KvCache.Eviction;

/// <summary>The orders of eviction that a worker can be given.</summary>
public enum EvictionKind
{
    /// <summary>Least recently used first.</summary>
    Lru = 1,

    /// <summary>Least worth first: what it would cost to compute again, by how often and how lately it was shared, see <see cref="CostEviction"/>.</summary>
    Cost = 2,
}
