namespace Preble.Core.KvCache.Host;

/// <summary>Checks the host tier between two steps. Slow and simple on purpose.</summary>
public static class HostTierAudit
{
    public static void Check(HostTier host)
    {
        var (slots, hashes) = (new HashSet<int>(), new HashSet<BlockHash>());
        foreach (var entry in host.Entries)
        {
            Invariant.Require((uint)entry.Slot < (uint)host.Capacity && slots.Add(entry.Slot), $"slot {entry.Slot} keeps one block");
            Invariant.Require(hashes.Add(entry.Hash), $"block {entry.Hash} is kept in one slot");
            Invariant.Require(host.Holds(entry.Hash) && host.SlotOf(entry.Hash) == entry.Slot, $"the block of slot {entry.Slot} is found there");
        }

        Invariant.Require(slots.Count == host.Count, "the host tier counts what it keeps");
        for (var slot = 0; slot < host.Capacity; slot++)
        {
            Invariant.Require(host.PinsOf(slot) == 0, $"nobody reads slot {slot} between two steps");
        }
    }
}
