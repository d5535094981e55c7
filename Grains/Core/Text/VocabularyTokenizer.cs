using System.Buffers;
using System.Text;

namespace Preble.Core.Text;

/// <summary>
/// What all our tokenisers share: the vocabulary's bytes, and the recognition of added tokens around the algorithm proper.
/// </summary>
public abstract class VocabularyTokenizer : ITokenizer
{
    private readonly byte[][] _bytes;
    private readonly byte[]?[] _specialNames;
    private readonly AddedTokenSet _given;
    private readonly AddedTokenSet _givenUnasked;
    private readonly AddedTokenSet _normalized;
    private readonly AddedTokenSet _normalizedUnasked;

    private readonly TextNormalization _normalization;

    /// <param name="bytesOf">The bytes that a token of the vocabulary stands for, by its spelling.</param>
    private protected VocabularyTokenizer(TokenizerDefinition definition, Func<string, byte[]> bytesOf)
    {
        TokenizerValidation.Check(definition);
        _normalization = new TextNormalization(definition);
        EndTokens = definition.EndTokens;
        BeginToken = definition.AddBegin ? definition.BeginToken : null;
        _bytes = [.. definition.Tokens.Select(bytesOf)];
        _specialNames = new byte[]?[_bytes.Length];
        foreach (var token in definition.SpecialTokens)
        {
            var name = Encoding.UTF8.GetBytes(token.Content);
            _bytes[token.Id] = token.Special ? [] : name;
            _specialNames[token.Id] = token.Special ? name : null;
        }

        var given = definition.SpecialTokens.Where(token => !token.Normalized).ToArray();
        var normalized = definition.SpecialTokens.Where(token => token.Normalized)
            .Select(token => token with { Content = _normalization.Apply(token.Content).ToString() }).ToArray();
        _given = new AddedTokenSet(given);
        _givenUnasked = new AddedTokenSet([.. given.Where(token => !token.Special)]);
        _normalized = new AddedTokenSet(normalized);
        _normalizedUnasked = new AddedTokenSet([.. normalized.Where(token => !token.Special)]);
    }

    public int VocabularySize => _bytes.Length;

    public IReadOnlyList<int> EndTokens { get; }

    public int? BeginToken { get; }

    public int[] Encode(string text, bool parseSpecial, bool addBegin = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new IdBuffer(text.Length / 3);
        if (addBegin && BeginToken is { } begin)
        {
            ids.Add(begin);
        }

        var starts = true;
        var parts = new AddedTokenEnumerator(parseSpecial ? _given : _givenUnasked, text);
        while (parts.MoveNext())
        {
            if (parts.Token is { } token)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodeBetween(_normalization.Apply(parts.Text), parseSpecial, starts, ref ids);
            }

            starts = false;
        }

        return ids.ToArrayAndRelease();
    }

    public ReadOnlySpan<byte> BytesOf(int token, bool special = false)
    {
        // Models pad their vocabulary; an id beyond ours has no bytes.
        if ((uint)token >= (uint)_bytes.Length)
        {
            return [];
        }

        return special && _specialNames[token] is { } name ? name : _bytes[token];
    }

    public string Decode(ReadOnlySpan<int> tokens, bool special = false)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, 5 * tokens.Length));
        foreach (var token in tokens)
        {
            bytes.Write(BytesOf(token, special));
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Encodes normalised text without added tokens in it.</summary>
    private protected abstract void EncodePlain(ReadOnlySpan<char> text, ref IdBuffer ids);

    private void EncodeBetween(ReadOnlySpan<char> text, bool parseSpecial, bool starts, ref IdBuffer ids)
    {
        var parts = new AddedTokenEnumerator(parseSpecial ? _normalized : _normalizedUnasked, text);
        while (parts.MoveNext())
        {
            if (parts.Token is { } token)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodePlain(starts ? _normalization.ApplyToStart(parts.Text) : parts.Text, ref ids);
            }

            starts = false;
        }
    }
}
