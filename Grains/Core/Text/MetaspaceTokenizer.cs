using System.Buffers;
using System.Globalization;
using System.Text;

namespace Preble.Core.Text;

/// <summary>
/// SentencePiece-style byte-pair encoding with explicit merges: spaces are ▁, characters are the first symbols, and merges may cross
/// words. A character without token becomes its bytes where the vocabulary has them (&lt;0x0A&gt;), else the unknown token.
/// </summary>
/// <remarks>Decoding keeps the space that encoding put first: an output goes on where its prompt ended.</remarks>
public sealed class MetaspaceTokenizer : VocabularyTokenizer
{
    private readonly int? _unknown;
    private readonly int[] _idOfByte = new int[256];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idOfSpelling;
    private readonly MergeTable _merges;

    /// <exception cref="TokenizerException">The definition contradicts itself.</exception>
    public MetaspaceTokenizer(TokenizerDefinition definition) : base(definition, BytesOfSpelling)
    {
        _unknown = definition.UnknownToken;
        var vocabulary = Vocabulary.IdsBySpelling(definition.Tokens);
        _idOfSpelling = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = new MergeTable(definition, vocabulary);
        for (var value = 0; value < 256; value++)
        {
            _idOfByte[value] = vocabulary.TryGetValue($"<0x{value:X2}>", out var id) ? id : -1;
        }
    }

    private static byte[] BytesOfSpelling(string spelling) =>
        spelling is ['<', '0', 'x', _, _, '>'] && byte.TryParse(spelling.AsSpan(3, 2), NumberStyles.HexNumber, null, out var value)
            ? [value]
            : Encoding.UTF8.GetBytes(spelling.Replace(TextNormalization.Metaspace, ' '));

    private protected override void EncodePlain(ReadOnlySpan<char> text, ref IdBuffer ids)
    {
        var symbols = ArrayPool<int>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = FirstSymbols(text, symbols);
        count = MergeLoop.Run(symbols.AsSpan(0, count), _merges);
        ids.Add(symbols.AsSpan(0, count));
        ArrayPool<int>.Shared.Return(symbols);
    }

    private int FirstSymbols(ReadOnlySpan<char> text, Span<int> symbols)
    {
        var count = 0;
        var afterUnknown = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var added = AddCharacter(rune, symbols[count..]);
            // Neighbouring unknown characters are one unknown token.
            if (added == 0 && _unknown is { } unknown && !afterUnknown)
            {
                symbols[count++] = unknown;
            }

            afterUnknown = added == 0;
            count += added;
        }

        return count;
    }

    /// <summary>Adds the character's token, or its bytes' tokens if all are there, and says how many; 0 for an unknown character.</summary>
    private int AddCharacter(Rune rune, Span<int> symbols)
    {
        Span<char> utf16 = stackalloc char[2];
        if (_idOfSpelling.TryGetValue(utf16[..rune.EncodeToUtf16(utf16)], out var id))
        {
            symbols[0] = id;
            return 1;
        }

        Span<byte> utf8 = stackalloc byte[4];
        var length = rune.EncodeToUtf8(utf8);
        for (var i = 0; i < length; i++)
        {
            symbols[i] = _idOfByte[utf8[i]];
        }

        return symbols[..length].Contains(-1) ? 0 : length;
    }
}
