using System.Text;

namespace Preble.Core.Text;

/// <summary>
/// Turns the tokens of one output into text as they come. Append tokens, send what comes back, and Flush at the end.
/// The pieces together are exactly the tokeniser's Decode of all tokens; a character whose bytes are not all there yet is held back
/// (three bytes at most), so no piece ends in half a character. One per sequence, not shared between threads.
/// </summary>
public sealed class IncrementalDetokenizer(ITokenizer tokenizer)
{
    private const int HeldBackBytes = 3;

    // The platform's decoder holds the begun character, and replaces what is invalid just as a whole decode does.
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The text that these tokens complete; empty while a character is unfinished.</summary>
    public string Append(ReadOnlySpan<int> tokens)
    {
        const int onStack = 256;
        var most = HeldBackBytes;
        foreach (var token in tokens)
        {
            most += tokenizer.BytesOf(token).Length;
        }

        // A byte becomes one UTF-16 unit at most, whether it is valid or replaced.
        var chars = most <= onStack ? stackalloc char[onStack] : new char[most];
        var count = 0;
        foreach (var token in tokens)
        {
            count += _decoder.GetChars(tokenizer.BytesOf(token), chars[count..], flush: false);
        }

        return new string(chars[..count]);
    }

    /// <summary>
    /// What was held back: U+FFFD for an unfinished character, else nothing. The detokeniser can be used afresh afterwards.
    /// </summary>
    public string Flush()
    {
        Span<char> chars = stackalloc char[HeldBackBytes];
        return new string(chars[.._decoder.GetChars([], chars, flush: true)]);
    }
}
