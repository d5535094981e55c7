using System.Runtime.InteropServices;
using System.Text;

namespace Preble.Core.Text;

/// <summary>
/// Unicode's normalisation form C (UAX #15): decompose, order the marks, compose. Own code, because with InvariantGlobalization the
/// runtime's Normalize returns its input.
/// </summary>
internal static class CanonicalComposition
{
    private const char FirstThatMayChange = '\u0300';

    /// <summary>The composed text; the given one when it has no character that could change, as most text has not.</summary>
    public static ReadOnlySpan<char> Compose(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange(FirstThatMayChange, char.MaxValue))
        {
            return text;
        }

        var characters = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, characters);
        }

        var span = CollectionsMarshal.AsSpan(characters);
        OrderMarks(span);
        var count = Combine(span);
        var composed = new StringBuilder(text.Length);
        foreach (var character in span[..count])
        {
            composed.Append(new Rune(character));
        }

        return composed.ToString();
    }

    private static void Decompose(int character, List<int> into)
    {
        if (Hangul.IsSyllable(character))
        {
            Hangul.Decompose(character, into);
        }
        else if (CompositionTables.Instance.TryMap(character, out var mapping))
        {
            // Mappings nest a few levels at most.
            Decompose(mapping.First, into);
            if (mapping.Second != 0)
            {
                Decompose(mapping.Second, into);
            }
        }
        else
        {
            into.Add(character);
        }
    }

    /// <summary>Sorts each run of marks by class; equal classes keep their order. A run may be long, so no insertion sort.</summary>
    private static void OrderMarks(Span<int> characters)
    {
        var keys = new List<ulong>();
        for (var start = 0; start < characters.Length; start++)
        {
            keys.Clear();
            for (var i = start; i < characters.Length && CompositionTables.Instance.ClassOf(characters[i]) is > 0 and var order; i++)
            {
                // Class, position, character: 8, 35 and 21 bits.
                keys.Add(((ulong)order << 56) | ((ulong)(i - start) << 21) | (uint)characters[i]);
            }

            keys.Sort();
            for (var i = 0; i < keys.Count; i++)
            {
                characters[start + i] = (int)(keys[i] & 0x1F_FFFF);
            }

            start += keys.Count;
        }
    }

    /// <summary>Composes in place and says how many characters are left.</summary>
    private static int Combine(Span<int> characters)
    {
        var count = 0;
        var starter = -1;
        var lastClass = 0;
        foreach (var character in characters)
        {
            var order = CompositionTables.Instance.ClassOf(character);
            // A mark is blocked from its starter by one of the same or a higher class between them; a starter by anything at all.
            var blocked = starter != count - 1 && (lastClass >= order || lastClass == 0);
            if (starter >= 0 && !blocked && TryCompose(characters[starter], character, out var composed))
            {
                characters[starter] = composed;
                continue;
            }

            starter = order == 0 ? count : starter;
            lastClass = order;
            characters[count++] = character;
        }

        return count;
    }

    private static bool TryCompose(int first, int second, out int composed) =>
        Hangul.TryCompose(first, second, out composed) || CompositionTables.Instance.TryCompose(first, second, out composed);
}
