using System.Globalization;

namespace Preble.Actors.Prefixes;

/// <summary>Reads a prefix node's id back from its grain key, <c>model/hash</c>.</summary>
internal static class PrefixNodeKey
{
    private const int HashDigits = 32;

    public static PrefixNodeId Parse(string key)
    {
        // The hash is the end of fixed length; a model id may itself contain slashes.
        var slash = key.Length - HashDigits - 1;
        if (slash > 0 && key[slash] == '/' && TryParse(key.AsSpan(slash + 1), out var hash))
        {
            return new PrefixNodeId(new ModelId(key[..slash]), hash);
        }

        throw new FormatException($"'{key}' is no prefix node's key; one is a model id, a slash and {HashDigits} hexadecimal digits.");
    }

    private static bool TryParse(ReadOnlySpan<char> digits, out BlockHash hash)
    {
        var half = HashDigits / 2;
        var high = ulong.TryParse(digits[..half], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var highBits);
        var low = ulong.TryParse(digits[half..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var lowBits);
        hash = new BlockHash(highBits, lowBits);
        return high && low;
    }
}
