using System.Text;

namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>Writes small GGUF files, right or wrong on purpose.</summary>
internal sealed class GgufBytes
{
    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;

    public GgufBytes(int tensors, int metadata, uint version = 3)
    {
        _writer = new BinaryWriter(_bytes, Encoding.UTF8);
        _writer.Write("GGUF"u8);
        _writer.Write(version);
        _writer.Write((long)tensors);
        _writer.Write((long)metadata);
    }

    public GgufBytes Value(string key, uint type, Action<GgufBytes> value)
    {
        Text(key);
        _writer.Write(type);
        value(this);
        return this;
    }

    public GgufBytes Value(string key, string value) => Value(key, 8, w => w.Text(value));

    public GgufBytes Value(string key, uint value) => Value(key, 4, w => w._writer.Write(value));

    public GgufBytes Value(string key, float value) => Value(key, 6, w => w._writer.Write(value));

    public GgufBytes Array(string key, uint itemType, int count, Action<GgufBytes> items) => Value(key, 9, w => w.ArrayHead(itemType, count, items));

    public void ArrayHead(uint itemType, long count, Action<GgufBytes> items)
    {
        _writer.Write(itemType);
        _writer.Write(count);
        items(this);
    }

    public GgufBytes Text(string text)
    {
        _writer.Write((long)Encoding.UTF8.GetByteCount(text));
        _writer.Write(Encoding.UTF8.GetBytes(text));
        return this;
    }

    public GgufBytes Raw(params byte[] bytes)
    {
        _writer.Write(bytes);
        return this;
    }

    public GgufBytes Number(long value)
    {
        _writer.Write(value);
        return this;
    }

    public GgufBytes Tensor(string name, long[] shape, uint type, long offset)
    {
        Text(name);
        _writer.Write(shape.Length);
        foreach (var extent in shape)
        {
            _writer.Write(extent);
        }

        _writer.Write(type);
        _writer.Write(offset);
        return this;
    }

    /// <summary>Pads to the alignment, adds the weights and returns the file.</summary>
    public byte[] File(int weightBytes, int alignment = 32)
    {
        var padding = (alignment - (int)(_bytes.Length % alignment)) % alignment;
        _writer.Write(new byte[padding + weightBytes]);
        return _bytes.ToArray();
    }

    /// <summary>One file with a value of every type and two tensors.</summary>
    public static byte[] OfEveryType(uint version = 3) => new GgufBytes(tensors: 2, metadata: 15, version)
        .Value("u8", 0, w => w.Raw(200))
        .Value("i8", 1, w => w.Raw(0xfe))
        .Value("u16", 2, w => w.Raw(0xff, 0xff))
        .Value("i16", 3, w => w.Raw(0xfe, 0xff))
        .Value("u32", 4, w => w.Raw(0xff, 0xff, 0xff, 0xff))
        .Value("i32", 5, w => w.Raw(0xfe, 0xff, 0xff, 0xff))
        .Value("f32", 1.5f)
        .Value("bool", 7, w => w.Raw(1))
        .Value("string", "naïve 日本")
        .Array("strings", 8, 2, w => w.Text("a").Text(""))
        .Value("u64", 10, w => w.Number(1L << 40))
        .Value("i64", 11, w => w.Number(-3))
        .Value("f64", 12, w => w.Number(BitConverter.DoubleToInt64Bits(2.5)))
        .Array("nested", 9, 2, w =>
        {
            w.ArrayHead(1, 2, i => i.Raw(1, 0xff));
            w.ArrayHead(7, 1, i => i.Raw(0));
        })
        .Value("general.alignment", 64)
        .Tensor("first", [4, 2], 0, 0)
        .Tensor("second", [32], 8, 64)
        .File(weightBytes: 64 + 34, alignment: 64);
}
