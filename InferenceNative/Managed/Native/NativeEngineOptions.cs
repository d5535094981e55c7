using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>pi_engine_options.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeEngineOptions
{
    public int StructSize;
    public int BlockSize;
    public int BlockCount;
    public int MaxStepTokens;
    public int MaxStepChunks;
    public int KvType;
    public int Threads;
    public int MaxStepSamples;
}
