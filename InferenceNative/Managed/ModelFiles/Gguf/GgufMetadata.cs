using System.Diagnostics.CodeAnalysis;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>The key-value part of a GGUF file, asked by key and expected type; a value of another type is a <see cref="ModelFileException"/>.</summary>
public sealed class GgufMetadata
{
    private readonly IReadOnlyDictionary<string, object> _values;

    internal GgufMetadata(string fileName, IReadOnlyDictionary<string, object> values) => (FileName, _values) = (fileName, values);

    /// <summary>What messages call the file.</summary>
    public string FileName { get; }

    public IEnumerable<string> Keys => _values.Keys;

    public bool Has(string key) => _values.ContainsKey(key);

    public string? FindString(string key) => Find<string>(key, "a string", out var value) ? value : null;

    public long? FindInteger(string key) => Find<long>(key, "an integer", out var value) ? value : null;

    public bool? FindBool(string key) => Find<bool>(key, "a truth value", out var value) ? value : null;

    /// <summary>A float; an integer will do, for some converters write whole numbers so.</summary>
    public double? FindNumber(string key)
        => _values.TryGetValue(key, out var value) && value is long whole ? whole : Find<double>(key, "a number", out var number) ? number : null;

    public IReadOnlyList<string>? FindStrings(string key) => Find<string[]>(key, "an array of strings", out var value) ? value : null;

    public IReadOnlyList<long>? FindIntegers(string key) => Find<long[]>(key, "an array of integers", out var value) ? value : null;

    public IReadOnlyList<double>? FindNumbers(string key) => Find<double[]>(key, "an array of numbers", out var value) ? value : null;

    public string String(string key) => FindString(key) ?? throw Missing(key);

    public long Integer(string key) => FindInteger(key) ?? throw Missing(key);

    public double Number(string key) => FindNumber(key) ?? throw Missing(key);

    public IReadOnlyList<string> Strings(string key) => FindStrings(key) ?? throw Missing(key);

    private bool Find<T>(string key, string expected, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!_values.TryGetValue(key, out var found))
        {
            return false;
        }

        value = found is T typed ? typed : throw new ModelFileException($"{FileName}: the metadata value {key} is not {expected}.");
        return true;
    }

    private ModelFileException Missing(string key) => new($"{FileName}: the metadata value {key} is missing.");
}
