using System.Buffers;
using System.Text.Json;

namespace Preble.Hosting;

/// <summary>
/// One file of measured costs: JSON with its key in plain text, so that a hash that met another says so and a person can read what it is of. What cannot
/// be true is as good as not there: it is measured again.
/// </summary>
internal static class CalibrationFile
{
    /// <summary>More is not ours; an empty length is a pipe or a device as well.</summary>
    private const long MostBytes = 64 * 1024;

    /// <summary>No part of a step's cost is above this many seconds a token.</summary>
    private const double MostSeconds = 3600;

    /// <summary>The costs; null when there is no file, or one of another key.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="JsonException">The file is not what it should be.</exception>
    public static CostProfile? Read(string path, string key)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return null;
        }

        if (file.Length is 0 or > MostBytes)
        {
            throw new JsonException($"the file has {file.Length} bytes; it must have from 1 to {MostBytes}.");
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("key", out var of) || of.ValueKind != JsonValueKind.String)
        {
            throw new JsonException("the file has no key.");
        }

        return string.Equals(of.GetString(), key, StringComparison.Ordinal) ? Costs(root) : null;
    }

    /// <summary>Writes the file whole or not at all: beside its place first, then into it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, string key, CostProfile costs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(beside, Text(key, costs));
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            // It is there still when it could not be moved.
            File.Delete(beside);
        }
    }

    private static byte[] Text(string key, CostProfile costs)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteNumber("prefill_seconds_per_token", costs.PrefillSecondsPerToken);
            json.WriteNumber("prefill_seconds_per_token_context", costs.PrefillSecondsPerTokenContext);
            json.WriteNumber("decode_seconds_per_token", costs.DecodeSecondsPerToken);
            json.WriteNumber("step_seconds", costs.StepSeconds);
            json.WriteNumber("decode_seconds_per_sequence", costs.DecodeSecondsPerSequence);
            json.WriteNumber("decode_seconds_per_context_token", costs.DecodeSecondsPerContextToken);
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    private static CostProfile Costs(JsonElement root) => new(
        Number(root, "prefill_seconds_per_token", above: true),
        Number(root, "prefill_seconds_per_token_context"),
        Number(root, "decode_seconds_per_token", above: true))
    {
        StepSeconds = Number(root, "step_seconds"),
        DecodeSecondsPerSequence = Number(root, "decode_seconds_per_sequence"),
        DecodeSecondsPerContextToken = Number(root, "decode_seconds_per_context_token"),
    };

    private static double Number(JsonElement root, string name, bool above = false)
    {
        var found = root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : double.NaN;
        return found is >= 0 and <= MostSeconds && !(above && found == 0)
            ? found
            : throw new JsonException($"{name} is no number of seconds from 0 to {MostSeconds}.");
    }
}
