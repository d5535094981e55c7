using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>pi_tensor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTensor
{
    public int Role;
    public int Layer;
    public int Type;
    public int FileIndex;
    public int Expert;
    public int Reserved;
    public long Rows;
    public long Columns;
    public long Offset;
    public long SizeBytes;
}
