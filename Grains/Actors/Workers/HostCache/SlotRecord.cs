using System.Buffers.Binary;
using System.Numerics;

namespace Preble.Actors.Workers.HostCache;

/// <summary>
/// A slot's line in the table: what it keeps, under which names, with which checksum. It counts only when its own checksum is right, which covers
/// the slot's number too, so that a line that was moved or half written is no line.
/// </summary>
internal readonly record struct SlotRecord(BlockHash Hash, BlockHash Parent, BlockChecksum Checksum)
{
    public const int Bytes = 64;

    // "kept" in ASCII; anything else, a hole's zeros above all, is an empty slot.
    private const ulong Kept = 0x7470_656B;
    private const int Words = Bytes / sizeof(ulong);

    public void Write(int slot, Span<byte> into)
    {
        Span<ulong> words =
            [Hash.High, Hash.Low, Parent.High, Parent.Low, Checksum.High, Checksum.Low, Kept | ((ulong)(uint)slot << 32), 0];
        words[^1] = ChecksumOf(words[..^1]);
        for (var i = 0; i < Words; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(into[(i * sizeof(ulong))..], words[i]);
        }
    }

    /// <summary>The line of a slot; null when the slot is empty or the line damaged.</summary>
    public static SlotRecord? Read(int slot, ReadOnlySpan<byte> from)
    {
        Span<ulong> words = stackalloc ulong[Words];
        for (var i = 0; i < Words; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(from[(i * sizeof(ulong))..]);
        }

        return words[6] == (Kept | ((ulong)(uint)slot << 32)) && words[7] == ChecksumOf(words[..^1])
            ? new SlotRecord(new BlockHash(words[0], words[1]), new BlockHash(words[2], words[3]), new BlockChecksum(words[4], words[5]))
            : null;
    }

    private static ulong ChecksumOf(ReadOnlySpan<ulong> words)
    {
        var (forward, backward) = (0x1234_5678u, 0x9ABC_DEF0u);
        for (var i = 0; i < words.Length; i++)
        {
            forward = BitOperations.Crc32C(forward, words[i]);
            backward = BitOperations.Crc32C(backward, words[words.Length - 1 - i]);
        }

        return ((ulong)forward << 32) | backward;
    }
}
