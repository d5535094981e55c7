using System.Text;
using Preble.Core.Text;

namespace Preble.Api.Tests.Fakes;

/// <summary>A tokeniser that a reader can follow: a token is a byte, and two control tokens stand above them.</summary>
internal sealed class ByteTokenizer : ITokenizer
{
    public const int Start = 256;
    public const int End = 257;

    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    public static IReadOnlyList<string> SpecialNames { get; } = ["<|im_start|>", "<|im_end|>"];

    public int VocabularySize => 258;

    public IReadOnlyList<int> EndTokens => [End];

    public int? BeginToken => null;

    public int[] Encode(string text, bool parseSpecial, bool addBegin = false)
    {
        var tokens = new List<int>();
        for (var at = 0; at < text.Length;)
        {
            var special = parseSpecial ? SpecialNames.ToList().FindIndex(name => text.AsSpan(at).StartsWith(name, StringComparison.Ordinal)) : -1;
            var length = special >= 0 ? SpecialNames[special].Length : char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            tokens.AddRange(special >= 0 ? [Start + special] : Encoding.UTF8.GetBytes(text.Substring(at, length)).Select(value => (int)value));
            at += length;
        }

        return [.. tokens];
    }

    public ReadOnlySpan<byte> BytesOf(int token, bool special = false) =>
        token < Start ? Bytes.AsSpan(token, 1) : special ? Encoding.UTF8.GetBytes(SpecialNames[token - Start]) : [];

    public string Decode(ReadOnlySpan<int> tokens, bool special = false)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            bytes.AddRange(BytesOf(token, special));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
