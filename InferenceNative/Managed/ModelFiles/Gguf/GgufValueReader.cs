namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>
/// Reads one metadata value. Integers of any width become long, floats double, so that a reader of the metadata need not care which width a
/// converter chose; arrays become long[], double[], bool[], string[] or, of arrays, object[].
/// </summary>
internal static class GgufValueReader
{
    public static object Read(BoundedReader reader, string key) => Read(reader, ReadType(reader, key), key, depth: 0);

    private static object Read(BoundedReader reader, GgufValueType type, string key, int depth) => type switch
    {
        GgufValueType.String => reader.ReadString(ModelFileLimits.StringBytes, key),
        GgufValueType.Bool => ReadBool(reader, key),
        GgufValueType.Float32 or GgufValueType.Float64 => ReadFloat(reader, type, key),
        GgufValueType.Array => ReadArray(reader, key, depth + 1),
        _ => ReadInteger(reader, type, key),
    };

    private static object ReadArray(BoundedReader reader, string key, int depth)
    {
        if (depth > ModelFileLimits.ArrayDepth)
        {
            throw reader.Failure($"{key} has arrays more than {ModelFileLimits.ArrayDepth} deep");
        }

        var type = ReadType(reader, key);
        var count = reader.ReadCount(ModelFileLimits.ArrayItems, SizeOf(type), $"the number of items of {key}");
        return type switch
        {
            GgufValueType.String => Fill(new string[count], () => reader.ReadString(ModelFileLimits.StringBytes, key)),
            GgufValueType.Bool => Fill(new bool[count], () => ReadBool(reader, key)),
            GgufValueType.Float32 or GgufValueType.Float64 => Fill(new double[count], () => ReadFloat(reader, type, key)),
            GgufValueType.Array => Fill(new object[count], () => ReadArray(reader, key, depth + 1)),
            _ => Fill(new long[count], () => ReadInteger(reader, type, key)),
        };
    }

    private static T[] Fill<T>(T[] items, Func<T> read)
    {
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = read();
        }

        return items;
    }

    private static GgufValueType ReadType(BoundedReader reader, string key)
    {
        var number = reader.ReadUInt32($"the type of {key}");
        return number <= (uint)GgufValueType.Float64 ? (GgufValueType)number : throw reader.Failure($"{key} has the unknown value type {number}");
    }

    private static bool ReadBool(BoundedReader reader, string key) => reader.ReadByte(key) switch
    {
        0 => false,
        1 => true,
        var other => throw reader.Failure($"{key} is a truth value of {other}"),
    };

    private static double ReadFloat(BoundedReader reader, GgufValueType type, string key)
        => type == GgufValueType.Float32 ? BitConverter.UInt32BitsToSingle(reader.ReadUInt32(key)) : BitConverter.UInt64BitsToDouble(reader.ReadUInt64(key));

    private static long ReadInteger(BoundedReader reader, GgufValueType type, string key) => type switch
    {
        GgufValueType.UInt8 => reader.ReadByte(key),
        GgufValueType.Int8 => (sbyte)reader.ReadByte(key),
        GgufValueType.UInt16 => reader.ReadUInt16(key),
        GgufValueType.Int16 => (short)reader.ReadUInt16(key),
        GgufValueType.UInt32 => reader.ReadUInt32(key),
        GgufValueType.Int32 => (int)reader.ReadUInt32(key),
        GgufValueType.Int64 => (long)reader.ReadUInt64(key),
        _ => ReadUInt64(reader, key),
    };

    private static long ReadUInt64(BoundedReader reader, string key)
    {
        var value = reader.ReadUInt64(key);
        return value <= long.MaxValue ? (long)value : throw reader.Failure($"{key} is {value}, which is too large");
    }

    // The least bytes an item takes: a string has its length, an array its type and count.
    private static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.Array => 12,
        _ => 8,
    };
}
