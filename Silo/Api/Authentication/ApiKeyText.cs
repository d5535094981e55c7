using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Preble.Api;

/// <summary>
/// The form of a list of keys: <c>KEY</c> or <c>KEY NAME</c> on a line, or between commas; <c>#</c> begins a comment.
/// What is wrong is told by its line, never by what stands there.
/// </summary>
internal static class ApiKeyText
{
    /// <summary>RFC 6750's signs of a bearer token, so that a key fits its header as it is.</summary>
    private static readonly SearchValues<char> KeySigns =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private static readonly SearchValues<char> NameSigns =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._@");

    /// <exception cref="FormatException">A line is none of ours, or there are too many.</exception>
    public static IReadOnlyList<ApiKey> Parse(string text)
    {
        var keys = new List<ApiKey>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            foreach (var entry in line.Split('#')[0].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                keys.Add(Entry(entry, number));
            }
        }

        return keys.Count <= ApiLimits.ApiKeys ? keys : throw new FormatException($"there are {keys.Count} keys, and {ApiLimits.ApiKeys} are the most");
    }

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static ApiKey Entry(string entry, int line)
    {
        var parts = entry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 2)
        {
            throw new FormatException($"line {line} has more than a key and a name");
        }

        if (parts[0].Length is < ApiLimits.ApiKeyCharactersLeast or > ApiLimits.ApiKeyCharacters || parts[0].AsSpan().ContainsAnyExcept(KeySigns))
        {
            throw new FormatException(
                $"the key in line {line} is not {ApiLimits.ApiKeyCharactersLeast} to {ApiLimits.ApiKeyCharacters} letters, digits and any of -._~+/=");
        }

        var name = parts.Length > 1 ? parts[1] : null;
        return name is null || (name.Length <= ApiLimits.TenantCharacters && !name.AsSpan().ContainsAnyExcept(NameSigns))
            ? new ApiKey(Hash(parts[0]), name)
            : throw new FormatException($"the name in line {line} is not 1 to {ApiLimits.TenantCharacters} letters, digits and any of -._@");
    }
}
