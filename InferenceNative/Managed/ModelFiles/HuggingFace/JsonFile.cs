using System.Text.Json;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>
/// An object of a model's JSON file, asked by name and expected type; null counts as absent, and a value of another type is a
/// <see cref="ModelFileException"/>.
/// </summary>
internal sealed class JsonFile
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    private readonly string _fileName;
    private readonly JsonElement _object;

    private JsonFile(string fileName, JsonElement value)
    {
        (_fileName, _object) = (fileName, value);
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Failure("an object was expected and there is none");
        }
    }

    public IEnumerable<(string Name, JsonElement Value)> Properties => _object.EnumerateObject().Select(p => (p.Name, p.Value));

    public static JsonFile Open(string path) => Parse(ModelStreams.ReadAll(path), Path.GetFileName(path));

    public static JsonFile Parse(byte[] json, string fileName)
    {
        try
        {
            RequireText(json);

            // The document's pooled memory goes to the garbage collector with the last element that is held.
            return new JsonFile(fileName, JsonDocument.Parse(json, Options).RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFileException($"{fileName}: the JSON is broken: {e.Message}", e);
        }
    }

    public JsonElement? Find(string name)
        => _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonFile? FindObject(string name)
        => Find(name) is { } value ? Child(name, value) : null;

    /// <summary>Asks an object inside this one; for those who walk <see cref="Properties"/>, since each look-up by name walks them again.</summary>
    public JsonFile Child(string name, JsonElement value)
        => value.ValueKind == JsonValueKind.Object ? new JsonFile(_fileName, value) : throw Wrong(name, "an object");

    public string? FindString(string name)
        => Find(name) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a string");

    public bool? FindBool(string name)
        => Find(name) is not { } value ? null
            : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw Wrong(name, "true or false");

    public double? FindNumber(string name)
        => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
            : throw Wrong(name, "a number");

    public double Number(string name) => FindNumber(name) ?? throw Missing(name);

    public int? FindSize(string name)
        => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size is > 0 and <= ModelFileLimits.ModelSize ? size
            : throw Wrong(name, $"a whole number from 1 to {ModelFileLimits.ModelSize}");

    public int Size(string name) => FindSize(name) ?? throw Missing(name);

    /// <summary>Whole numbers that are not negative.</summary>
    public IReadOnlyList<long> Integers(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } array)
        {
            throw Wrong(name, "an array of whole numbers");
        }

        return [.. array.EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var value) && value >= 0 ? value : throw Wrong(name, "an array of whole numbers"))];
    }

    public ModelFileException Failure(string what) => new($"{_fileName}: {what}.");

    // The parser lets broken UTF-8 and half surrogate pairs through and fails only when such a string is asked for, anywhere later.
    private static void RequireText(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                _ = reader.GetString();
            }
        }
    }

    private ModelFileException Missing(string name) => Failure($"{name} is missing");

    private ModelFileException Wrong(string name, string expected) => Failure($"{name} is not {expected}");
}
