namespace Preble.Core.Text;

/// <summary>
/// GPT-2's spelling of bytes as printable characters: a byte that is a visible Latin-1 character is that character, the other 68 are
/// U+0100 and up in order. The space is Ġ, the line feed Ċ.
/// </summary>
internal static class ByteAlphabet
{
    private const int FirstSubstitute = 0x100;
    private static readonly char[] CharacterOf = new char[256];
    private static readonly short[] ByteOf = new short[FirstSubstitute + 68];

    static ByteAlphabet()
    {
        ByteOf.AsSpan().Fill(-1);
        var substitute = FirstSubstitute;
        for (var value = 0; value < 256; value++)
        {
            var visible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            CharacterOf[value] = visible ? (char)value : (char)substitute++;
            ByteOf[CharacterOf[value]] = (short)value;
        }
    }

    public static char Spell(byte value) => CharacterOf[value];

    /// <summary>The bytes that a spelling stands for, or null when it is no spelling (the plain name of an added token).</summary>
    public static byte[]? TryRead(string spelling)
    {
        var bytes = new byte[spelling.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = spelling[i];
            if (c >= ByteOf.Length || ByteOf[c] < 0)
            {
                return null;
            }

            bytes[i] = (byte)ByteOf[c];
        }

        return bytes;
    }
}
