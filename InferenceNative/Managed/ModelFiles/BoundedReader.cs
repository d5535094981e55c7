using System.Buffers.Binary;
using System.Text;

namespace Preble.Inference.ModelFiles;

/// <summary>
/// Reads little-endian values of a model file in order and never past its end. Every failure says in which file, at which byte and what was being read.
/// The stream stays the caller's.
/// </summary>
internal sealed class BoundedReader(Stream stream, string fileName)
{
    // A string that is not UTF-8 would decode to replacement characters, and two tokens could become one.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _small = new byte[8];

    public string FileName => fileName;

    public long Length { get; } = stream.Length;

    public long Position { get; private set; }

    public long Remaining => Length - Position;

    public byte ReadByte(string what) => Take(1, what)[0];

    public ushort ReadUInt16(string what) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, what));

    public uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public ulong ReadUInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    /// <summary>A count or length: at most <paramref name="limit"/>, and no more than the rest of the file can hold at <paramref name="itemBytes"/> each.</summary>
    public int ReadCount(int limit, int itemBytes, string what)
    {
        var count = ReadUInt64(what);
        if (count > (ulong)limit)
        {
            throw Failure($"{what} is {count}, over the limit of {limit}");
        }

        if ((long)count * itemBytes > Remaining)
        {
            throw Failure($"{what} is {count}, more than the rest of the file holds");
        }

        return (int)count;
    }

    public string ReadString(int limit, string what)
    {
        var bytes = ReadBytes(ReadCount(limit, 1, $"the length of {what}"), what);
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Failure($"{what} is not UTF-8", e);
        }
    }

    public byte[] ReadBytes(int count, string what)
    {
        Require(count, what);
        var bytes = new byte[count];
        Fill(bytes, what);
        return bytes;
    }

    public ModelFileException Failure(string what, Exception? inner = null)
        => new($"{fileName}: {what} (at byte {Position} of {Length}).", inner);

    private ReadOnlySpan<byte> Take(int count, string what)
    {
        Require(count, what);
        Fill(_small.AsSpan(0, count), what);
        return _small.AsSpan(0, count);
    }

    private void Require(int count, string what)
    {
        if (count > Remaining)
        {
            throw Failure($"the file ends inside {what}");
        }
    }

    private void Fill(Span<byte> bytes, string what)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (IOException e)
        {
            // The length was checked, so the file shrank or its disk failed while it was read.
            throw Failure($"{what} cannot be read", e);
        }

        Position += bytes.Length;
    }
}
