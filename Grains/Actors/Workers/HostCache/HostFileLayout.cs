using Preble.Core;

namespace Preble.Actors.Workers.HostCache;

/// <summary>
/// Where things lie in a host tier's file: one page of header, the table of slots, then the blocks, each from a page's start. See
/// docs/kv-cache.md, "The host tier's file".
/// </summary>
internal sealed record HostFileLayout(int BlockBytes, int SlotCount)
{
    public const int PageBytes = 4096;

    public long TableOffset => PageBytes;

    public long TableBytes => (long)SlotCount * SlotRecord.Bytes;

    /// <summary>Bytes of the whole file; most of it is a hole until blocks are saved.</summary>
    public long FileBytes => BlocksOffset + (SlotCount * Stride);

    private long BlocksOffset => RoundUp(TableOffset + TableBytes);

    private long Stride => RoundUp(BlockBytes);

    /// <summary>As many slots as fit in the bytes; 0 when not even one does.</summary>
    public static HostFileLayout Fit(int blockBytes, long fileBytes)
    {
        var room = fileBytes - (2 * PageBytes);
        var slots = Math.Clamp(room / (RoundUp(blockBytes) + SlotRecord.Bytes), 0, Limits.HostSlots);
        return new HostFileLayout(blockBytes, (int)slots);
    }

    public long RecordOffset(int slot) => TableOffset + ((long)slot * SlotRecord.Bytes);

    public long BlockOffset(int slot) => BlocksOffset + (slot * Stride);

    private static long RoundUp(long bytes) => (bytes + PageBytes - 1) / PageBytes * PageBytes;
}
