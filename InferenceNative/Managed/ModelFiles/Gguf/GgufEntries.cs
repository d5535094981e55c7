using Preble.Core;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>The metadata of a GGUF file that is being made: what was added can be read as if from the file, and encoded for it.</summary>
internal sealed class GgufEntries
{
    private readonly List<(string Key, object Value)> _entries = [];

    public void Add(string key, string value) => _entries.Add((key, value));

    public void Add(string key, bool value) => _entries.Add((key, value));

    public void Add(string key, long value)
    {
        Invariant.Require(value is >= 0 and <= uint.MaxValue, "a size or an id has 32 bits");
        _entries.Add((key, value));
    }

    /// <summary>A number, which the file will hold with 32 bits.</summary>
    public void Add(string key, double value) => _entries.Add((key, (double)(float)value));

    public void Add(string key, string[] values) => _entries.Add((key, values));

    public void Add(string key, long[] values) => _entries.Add((key, values));

    public void Add(string key, double[] values) => _entries.Add((key, values));

    /// <summary>What a reader of the file will find.</summary>
    public GgufMetadata ToMetadata(string fileName)
        => new(fileName, _entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal));

    /// <summary>Each entry as it lies in a file.</summary>
    public IReadOnlyList<byte[]> Encode() => [.. _entries.Select(entry => Encode(entry.Key, entry.Value))];

    public static byte[] Encode(string key, object value)
    {
        using var stream = new MemoryStream();
        new GgufWriter(stream).Entry(key, value);
        return stream.ToArray();
    }
}
