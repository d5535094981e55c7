namespace Preble.Inference.Conversion;

/// <summary>
/// The order of a head's rows in Llamas of GGUF: Hugging Face rotates row i together with row i + half a head, GGUF rows 2i and 2i + 1.
/// </summary>
internal static class RowShuffle
{
    /// <param name="rows">Whole heads.</param>
    public static byte[] Apply(ReadOnlySpan<byte> rows, int headRows, long rowBytes)
    {
        var (shuffled, size, half) = (new byte[rows.Length], (int)rowBytes, headRows / 2);
        for (var head = 0; head < rows.Length; head += headRows * size)
        {
            for (var i = 0; i < headRows; i++)
            {
                var from = (i % 2 * half) + (i / 2);
                rows.Slice(head + (from * size), size).CopyTo(shuffled.AsSpan(head + (i * size)));
            }
        }

        return shuffled;
    }
}
