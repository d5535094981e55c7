using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>pi_chunk: offsets are into the arrays that are passed beside it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeChunk
{
    public int TokenOffset;
    public int TokenCount;
    public int StartPosition;
    public int BlockOffset;
    public int BlockCount;
    public int Samples;
    public int HistoryOffset;
    public int HistoryCount;
    public int HistoryPrompt;
    public int SampledOffset;
    public NativeSampling Sampling;
}
