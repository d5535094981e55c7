using System.Numerics;
using System.Runtime.InteropServices;

namespace Preble.Actors.Workers.HostCache;

/// <summary>
/// The checksum of a kept block and of the names it is kept under: CRC-32C over 8-byte words on four lanes, for one lane alone would wait for
/// its own result. It finds damage by accident; against one who writes to the file on purpose only the file's permissions help.
/// </summary>
internal readonly record struct BlockChecksum(ulong High, ulong Low)
{
    public static BlockChecksum Of(BlockHash hash, BlockHash parent, ReadOnlySpan<byte> block)
    {
        var a = BitOperations.Crc32C(0x9E37_79B9, hash.High);
        var b = BitOperations.Crc32C(0x7F4A_7C15, hash.Low);
        var c = BitOperations.Crc32C(0xF39C_C060, parent.High);
        var d = BitOperations.Crc32C(0x5CED_C834, parent.Low);
        var words = MemoryMarshal.Cast<byte, ulong>(block);
        var i = 0;
        for (; i + 4 <= words.Length; i += 4)
        {
            a = BitOperations.Crc32C(a, words[i]);
            b = BitOperations.Crc32C(b, words[i + 1]);
            c = BitOperations.Crc32C(c, words[i + 2]);
            d = BitOperations.Crc32C(d, words[i + 3]);
        }

        for (; i < words.Length; i++)
        {
            a = BitOperations.Crc32C(a, words[i]);
        }

        foreach (var value in block[(words.Length * sizeof(ulong))..])
        {
            b = BitOperations.Crc32C(b, value);
        }

        return new BlockChecksum(((ulong)a << 32) | b, ((ulong)c << 32) | d);
    }
}
