using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Preble.Core.Tokens;

/// <summary>
/// The BLAKE2b compression function (RFC 7693, section 3.2) over words, so that the byte order of the machine does not matter.
/// </summary>
internal static class Blake2b
{
    public const int WordsPerBlock = 16;
    public const int BytesPerBlock = 8 * WordsPerBlock;

    /// <summary>The first half of the state before any parameter is mixed in: the fractional parts of √2, √3, √5, √7.</summary>
    public static Vector256<ulong> InitialLow =>
        Vector256.Create(0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1);

    /// <summary>The second half: the fractional parts of √11, √13, √17, √19.</summary>
    public static Vector256<ulong> InitialHigh =>
        Vector256.Create(0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179);

    /// <summary>Which message word each of the sixteen additions of a round takes; rounds 10 and 11 repeat 0 and 1.</summary>
    private static ReadOnlySpan<byte> Schedule =>
    [
        0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15,
        14, 4, 9, 13, 10, 8, 15, 6, 1, 0, 11, 5, 12, 2, 7, 3,
        11, 12, 5, 15, 8, 0, 2, 13, 10, 3, 7, 9, 14, 6, 1, 4,
        7, 3, 13, 11, 9, 1, 12, 14, 2, 5, 4, 15, 6, 10, 0, 8,
        9, 5, 2, 10, 0, 7, 4, 15, 14, 11, 6, 3, 1, 12, 8, 13,
        2, 6, 0, 8, 12, 10, 11, 3, 4, 7, 15, 1, 13, 5, 14, 9,
        12, 1, 14, 4, 5, 15, 13, 10, 0, 6, 9, 8, 7, 3, 2, 11,
        13, 7, 12, 3, 11, 14, 1, 9, 5, 15, 8, 2, 0, 4, 6, 10,
        6, 14, 11, 0, 15, 9, 3, 8, 12, 13, 1, 10, 2, 7, 4, 5,
        10, 8, 7, 1, 2, 4, 6, 5, 15, 9, 3, 13, 11, 14, 12, 0,
        0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15,
        14, 4, 9, 13, 10, 8, 15, 6, 1, 0, 11, 5, 12, 2, 7, 3,
    ];

    /// <summary>
    /// Mixes one message block into the state. <paramref name="byteCount"/> counts all message bytes so far, this block's included.
    /// </summary>
    public static void Compress(
        ref Vector256<ulong> low, ref Vector256<ulong> high, ReadOnlySpan<ulong> message, ulong byteCount, bool last)
    {
        message = message[..WordsPerBlock];
        var a = low;
        var b = high;
        var c = InitialLow;
        var d = InitialHigh ^ Vector256.Create(byteCount, 0, last ? ulong.MaxValue : 0, 0);
        for (var at = 0; at < Schedule.Length; at += 16)
        {
            var order = Schedule.Slice(at, 16);
            Mix(ref a, ref b, ref c, ref d, Pick(message, order[..4]), Pick(message, order.Slice(4, 4)));
            // The second half of a round mixes diagonals: rotate the rows so that they stand in columns, and back.
            b = Vector256.Shuffle(b, Vector256.Create(1UL, 2, 3, 0));
            c = Vector256.Shuffle(c, Vector256.Create(2UL, 3, 0, 1));
            d = Vector256.Shuffle(d, Vector256.Create(3UL, 0, 1, 2));
            Mix(ref a, ref b, ref c, ref d, Pick(message, order.Slice(8, 4)), Pick(message, order.Slice(12, 4)));
            b = Vector256.Shuffle(b, Vector256.Create(3UL, 0, 1, 2));
            c = Vector256.Shuffle(c, Vector256.Create(2UL, 3, 0, 1));
            d = Vector256.Shuffle(d, Vector256.Create(1UL, 2, 3, 0));
        }

        low ^= a ^ c;
        high ^= b ^ d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Pick(ReadOnlySpan<ulong> message, ReadOnlySpan<byte> order) =>
        Vector256.Create(message[order[0]], message[order[1]], message[order[2]], message[order[3]]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d,
        Vector256<ulong> x, Vector256<ulong> y)
    {
        a += b + x;
        d = RotateRight(d ^ a, 32);
        c += d;
        b = RotateRight(b ^ c, 24);
        a += b + y;
        d = RotateRight(d ^ a, 16);
        c += d;
        b = RotateRight(b ^ c, 63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight(Vector256<ulong> value, int bits) => (value >> bits) | (value << (64 - bits));
}
