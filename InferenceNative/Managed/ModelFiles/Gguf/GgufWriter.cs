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

    /// <summary>An entry of a value as <see cref="GgufValueReader"/> gives it: floats are written with 32 bits, integers as GGUF has sizes and ids.</summary>
    public void Entry(string key, object value)
    {
        Text(key);
        if (value is Array items)
        {
            UInt32((uint)GgufValueType.Array);
            UInt32((uint)TypeOf(items));
            UInt64((ulong)items.Length);
            foreach (var item in items)
            {
                Value(item);
            }

            return;
        }

        UInt32((uint)TypeOf(value));
        Value(value);
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

    private static GgufValueType TypeOf(object value) => value switch
    {
        string or string[] => GgufValueType.String,
        bool => GgufValueType.Bool,
        double or double[] => GgufValueType.Float32,

        // llama.cpp insists on the signs.
        long[] => GgufValueType.Int32,
        long => GgufValueType.UInt32,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.GetType(), "not a type of metadata"),
    };

    private void Value(object value)
    {
        switch (value)
        {
            case string text:
                Text(text);
                break;
            case bool truth:
                stream.WriteByte((byte)(truth ? 1 : 0));
                break;
            case double number:
                UInt32(BitConverter.SingleToUInt32Bits((float)number));
                break;
            default:
                UInt32(checked((uint)(long)value));
                break;
        }
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
