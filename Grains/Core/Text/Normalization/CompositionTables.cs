using System.Collections.Frozen;

namespace Preble.Core.Text;

/// <summary>Unicode's canonical mappings and combining classes, unpacked when first used.</summary>
internal sealed class CompositionTables
{
    public static readonly CompositionTables Instance = new();

    private readonly FrozenDictionary<int, byte> _classes;
    private readonly FrozenDictionary<int, (int First, int Second)> _mappings;
    private readonly FrozenDictionary<(int First, int Second), int> _compositions;

    private CompositionTables()
    {
        // Convert skips the line breaks of the literal.
        var packed = new PackedIntegers(Convert.FromBase64String(CompositionData.Packed));
        _classes = ReadClasses(ref packed).ToFrozenDictionary();
        var mappings = new Dictionary<int, (int, int)>();
        var compositions = new Dictionary<(int, int), int>();
        var character = 0;
        for (var left = packed.Next(); left > 0; left--)
        {
            character += packed.Next();
            var first = packed.Next();
            var second = packed.Next();
            mappings.Add(character, (first, second >> 1));
            if ((second & 1) != 0)
            {
                compositions.Add((first, second >> 1), character);
            }
        }

        _mappings = mappings.ToFrozenDictionary();
        _compositions = compositions.ToFrozenDictionary();
    }

    /// <summary>The canonical combining class: 0 for characters that start something, else where a mark attaches.</summary>
    public int ClassOf(int character) => _classes.GetValueOrDefault(character);

    /// <summary>The one-step canonical mapping; its second character is 0 when it has only one.</summary>
    public bool TryMap(int character, out (int First, int Second) mapping) => _mappings.TryGetValue(character, out mapping);

    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue((first, second), out composed);

    private static Dictionary<int, byte> ReadClasses(ref PackedIntegers packed)
    {
        var classes = new Dictionary<int, byte>();
        var start = 0;
        for (var left = packed.Next(); left > 0; left--)
        {
            start += packed.Next();
            var length = packed.Next();
            var value = (byte)packed.Next();
            for (var i = 0; i < length; i++)
            {
                classes.Add(start + i, value);
            }
        }

        return classes;
    }

    private ref struct PackedIntegers(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public int Next()
        {
            var value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = _bytes[_at++];
                value |= (part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
