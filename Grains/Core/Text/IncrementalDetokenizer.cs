using System.Buffers;
using System.Text;

namespace Preble.Core.Text;

/// <summary>
/// Turns the tokens of one output into text as they come. Append tokens, send what comes back, and Flush at the end.
/// The pieces together are exactly the tokeniser's Decode of all tokens; a character whose bytes are not all there yet is held back
/// (three bytes at most), so no piece ends in half a character. One per sequence, not shared between threads.
/// </summary>
public sealed class IncrementalDetokenizer(ITokenizer tokenizer)
{
    // The platform's decoder holds the begun character, and replaces what is invalid just as a whole decode does.
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The text that these tokens complete; empty while a character is unfinished.</summary>
    public string Append(ReadOnlySpan<int> tokens)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, 8 * tokens.Length));
        foreach (var token in tokens)
        {
            bytes.Write(tokenizer.BytesOf(token));
        }

        return Decode(bytes.WrittenSpan, flush: false);
    }

    /// <summary>What was held back: U+FFFD for an unfinished character, else nothing. The detokeniser can be used afresh afterwards.</summary>
    public string Flush() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        const int onStack = 256;
        var most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        var chars = most <= onStack ? stackalloc char[onStack] : new char[most];
        var count = _decoder.GetChars(bytes, chars, flush);
        return count == 0 ? "" : new string(chars[..count]);
    }
}
