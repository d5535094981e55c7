using System.Buffers;
using System.Collections.Frozen;

namespace Preble.Core.Text;

/// <summary>Finds added tokens in text: the leftmost, and of several that start there the longest.</summary>
internal sealed class AddedTokenSet
{
    private readonly SearchValues<string>? _names;
    private readonly FrozenDictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly int[] _lengths;

    public AddedTokenSet(IReadOnlyList<AddedToken> tokens)
    {
        // A name given twice counts as given first.
        var byName = tokens.DistinctBy(token => token.Content, StringComparer.Ordinal)
            .ToFrozenDictionary(token => token.Content, StringComparer.Ordinal);
        _byName = byName.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. byName.Keys.Select(name => name.Length).Distinct().OrderDescending()];
        _names = byName.Count == 0 ? null : SearchValues.Create(byName.Keys.AsSpan(), StringComparison.Ordinal);
    }

    /// <summary>The next token at or after <paramref name="from"/>, and what it covers with the white space that it swallows.</summary>
    public AddedToken? Find(ReadOnlySpan<char> text, int from, out Range covered)
    {
        covered = default;
        for (var at = from; _names is not null; at++)
        {
            var step = text[at..].IndexOfAny(_names);
            if (step < 0)
            {
                break;
            }

            at += step;
            if (LongestAt(text, at) is { } token)
            {
                covered = Cover(text, token, from, at);
                return token;
            }
        }

        return null;
    }

    private AddedToken? LongestAt(ReadOnlySpan<char> text, int at)
    {
        foreach (var length in _lengths)
        {
            if (length <= text.Length - at
                && _byName.TryGetValue(text.Slice(at, length), out var token)
                && (!token.SingleWord || StandsAlone(text, at, at + length)))
            {
                return token;
            }
        }

        return null;
    }

    private static Range Cover(ReadOnlySpan<char> text, AddedToken token, int from, int start)
    {
        var end = start + token.Content.Length;
        while (token.LeftStrip && start > from && char.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return start..end;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int start, int end) =>
        (start == 0 || !IsOfWord(text[start - 1])) && (end == text.Length || !IsOfWord(text[end]));

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
