using System.Buffers.Binary;
using System.Text;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>Writes the parts of a GGUF file, version 3, in their order: header, metadata entries, tensor table. The stream stays the caller's.</summary>
internal sealed class GgufWriter(Stream stream)
{
    private const uint Version = 3;

    public void Header(int tensors, int entries)
    {
        stream.Write("GGUF"u8);
        UInt32(Version);
        UInt64((ulong)tensors);
        UInt64((ulong)entries);
    }

    /// <summary>Entries that are encoded already.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    public void Number(string key, uint value)
    {
        Text(key);
        UInt32((uint)GgufValueType.UInt32);
        UInt32(value);
    }

    /// <summary>One line of the tensor table.</summary>
    /// <param name="shape">Columns first.</param>
    /// <param name="offset">From the first tensor's first byte.</param>
    public void Tensor(string name, IReadOnlyList<long> shape, uint type, long offset)
    {
        Text(name);
        UInt32((uint)shape.Count);
        foreach (var extent in shape)
        {
            UInt64((ulong)extent);
        }

        UInt32(type);
        UInt64((ulong)offset);
    }

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        UInt64((ulong)bytes.Length);
        stream.Write(bytes);
    }

    private void UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private void UInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
