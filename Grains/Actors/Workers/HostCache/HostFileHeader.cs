using System.Buffers.Binary;
using System.Numerics;

namespace Preble.Actors.Workers.HostCache;

/// <summary>The first page of a host tier's file: whose blocks it keeps and how they lie.</summary>
internal static class HostFileHeader
{
    public const int Version = 1;
    private const int VersionAt = 8;
    private const int EncodingAt = 12;
    private const int BlockSizeAt = 16;
    private const int SlotCountAt = 20;
    private const int BlockBytesAt = 24;
    private const int DigestAt = 32;
    private const int ChecksumAt = DigestAt + HostFileIdentity.DigestBytes;

    private static ReadOnlySpan<byte> Magic => "PrebleKV"u8;

    public static byte[] Write(HostFileIdentity identity, HostFileLayout layout)
    {
        var page = new byte[HostFileLayout.PageBytes];
        Magic.CopyTo(page);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(VersionAt), Version);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(EncodingAt), (int)identity.Encoding);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(BlockSizeAt), identity.BlockSize);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(SlotCountAt), layout.SlotCount);
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(BlockBytesAt), layout.BlockBytes);
        identity.Digest().CopyTo(page.AsSpan(DigestAt));
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(ChecksumAt), ChecksumOf(page));
        return page;
    }

    /// <summary>Null when the page is the header of such a file; else why not, for the log.</summary>
    public static string? Refuse(ReadOnlySpan<byte> page, HostFileIdentity identity, HostFileLayout layout)
    {
        if (!page.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(page[ChecksumAt..]) != ChecksumOf(page))
        {
            return "its header is not one of ours, or is damaged";
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(page[VersionAt..]) != Version)
        {
            return "it is of another version";
        }

        if (!page.Slice(DigestAt, HostFileIdentity.DigestBytes).SequenceEqual(identity.Digest()))
        {
            return "it is of another model, encoding or processor";
        }

        return BinaryPrimitives.ReadInt32LittleEndian(page[SlotCountAt..]) == layout.SlotCount
            && BinaryPrimitives.ReadInt64LittleEndian(page[BlockBytesAt..]) == layout.BlockBytes
            ? null
            : "it is of another size";
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> page)
    {
        var checksum = 0u;
        foreach (var value in page[..ChecksumAt])
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return checksum;
    }
}
