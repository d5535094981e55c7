namespace Preble.Core.Text;

/// <summary>Text to token ids and back, exactly as the model's own tokeniser does. Immutable: shared by all threads.</summary>
public interface ITokenizer
{
    int VocabularySize { get; }

    /// <summary>Ids that end a generated sequence (end of sequence, end of turn).</summary>
    IReadOnlyList<int> EndTokens { get; }

    /// <summary>The token put before a raw prompt, when the model asks for one.</summary>
    int? BeginToken { get; }

    /// <summary>Encodes text. With <paramref name="parseSpecial"/> the names of special tokens in the text become those tokens.</summary>
    int[] Encode(string text, bool parseSpecial, bool addBegin = false);

    /// <summary>The bytes of one token; empty for ids without bytes. Special tokens give their name when <paramref name="special"/> is set, else nothing.</summary>
    ReadOnlySpan<byte> BytesOf(int token, bool special = false);

    /// <summary>Decodes a whole sequence; invalid UTF-8 becomes U+FFFD.</summary>
    string Decode(ReadOnlySpan<int> tokens, bool special = false);
}
