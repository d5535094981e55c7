using Preble.Inference.ModelFiles;
using Preble.Inference.Native;

namespace Preble.Inference.Conversion;

/// <summary>Converts rows of weights from one type to another in the native library, which does the same when it loads them.</summary>
internal static class RowConverter
{
    /// <exception cref="NativeInferenceException">The types or sizes do not go together.</exception>
    public static void Convert(TensorType from, TensorType to, ReadOnlySpan<byte> rowsIn, long rows, long columns, Span<byte> rowsOut)
    {
        NativeLibraryLoader.Ensure();
        NativeStatus.Check(NativeMethods.pi_convert_rows((int)from, (int)to, rowsIn, rowsIn.Length, rows, columns, rowsOut, rowsOut.Length));
    }

    /// <summary>Bytes of a row.</summary>
    public static long RowBytes(TensorType type, long columns) => columns / TensorTypes.BlockElements(type) * TensorTypes.BlockBytes(type);
}
