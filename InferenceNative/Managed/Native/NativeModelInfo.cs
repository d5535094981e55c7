using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>pi_model_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeModelInfo
{
    public int StructSize;
    public int Reserved;
    public long ParameterCount;
    public long WeightBytes;
    public long KvBytesPerToken;
}
