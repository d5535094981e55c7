using System.Buffers;
using System.Text;

namespace Preble.Core.Text;

/// <summary>
/// Byte-level byte-pair encoding: text is cut into pieces, a piece's bytes are the first symbols, and merges join them. A byte
/// without token becomes the unknown token, or vanishes when there is none. Make one per model and share it.
/// </summary>
public sealed class BytePairTokenizer : VocabularyTokenizer
{
    private const int OnStack = 384;
    private readonly PreTokenizerKind _preTokenizer;
    private readonly bool _ignoreMerges;
    private readonly bool _addPrefixSpace;
    private readonly int[] _idOfByte = new int[256];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idOfSpelling;
    private readonly MergeTable _merges;
    private readonly PieceCache _cache = new();

    /// <exception cref="TokenizerException">The definition contradicts itself.</exception>
    public BytePairTokenizer(TokenizerDefinition definition) : base(definition, BytesOfSpelling)
    {
        _preTokenizer = definition.PreTokenizer;
        _ignoreMerges = definition.IgnoreMerges;
        _addPrefixSpace = definition.PrefixSpace == PrefixSpace.EveryPiece;
        var vocabulary = Vocabulary.IdsBySpelling(definition.Tokens);
        _idOfSpelling = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = new MergeTable(definition, vocabulary);
        for (var value = 0; value < 256; value++)
        {
            var known = _idOfSpelling.TryGetValue([ByteAlphabet.Spell((byte)value)], out var id);
            _idOfByte[value] = known ? id : definition.UnknownToken ?? -1;
        }
    }

    private static byte[] BytesOfSpelling(string spelling) =>
        ByteAlphabet.TryRead(spelling) ?? Encoding.UTF8.GetBytes(spelling);

    private protected override void EncodePlain(ReadOnlySpan<char> text, ref IdBuffer ids)
    {
        if (_addPrefixSpace && text is not ([] or [' ', ..]))
        {
            text = string.Concat(" ", text);
        }

        var pieces = new PieceEnumerator(_preTokenizer, text);
        while (pieces.MoveNext())
        {
            if (_cache.Find(pieces.Current) is { } known)
            {
                ids.Add(known);
            }
            else
            {
                EncodePiece(pieces.Current, ref ids);
            }
        }
    }

    private void EncodePiece(ReadOnlySpan<char> piece, ref IdBuffer ids)
    {
        var most = Encoding.UTF8.GetMaxByteCount(piece.Length);
        var rentedBytes = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var rentedSymbols = most > OnStack ? ArrayPool<int>.Shared.Rent(most) : null;
        var bytes = rentedBytes ?? stackalloc byte[OnStack];
        var symbols = rentedSymbols ?? stackalloc int[OnStack];

        bytes = bytes[..Encoding.UTF8.GetBytes(piece, bytes)];
        symbols = symbols[..Merge(bytes, symbols)];
        ids.Add(symbols);
        _cache.Put(piece, symbols);

        if (rentedBytes is not null && rentedSymbols is not null)
        {
            ArrayPool<byte>.Shared.Return(rentedBytes);
            ArrayPool<int>.Shared.Return(rentedSymbols);
        }
    }

    private int Merge(ReadOnlySpan<byte> bytes, Span<int> symbols)
    {
        if (_ignoreMerges && WholeToken(bytes) is { } whole)
        {
            symbols[0] = whole;
            return 1;
        }

        var count = 0;
        foreach (var value in bytes)
        {
            if (_idOfByte[value] >= 0)
            {
                symbols[count++] = _idOfByte[value];
            }
        }

        return MergeLoop.Run(symbols[..count], _merges);
    }

    private int? WholeToken(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > OnStack)
        {
            return null;
        }

        Span<char> spelling = stackalloc char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            spelling[i] = ByteAlphabet.Spell(bytes[i]);
        }

        return _idOfSpelling.TryGetValue(spelling, out var id) ? id : null;
    }
}
