using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>pi_model_config.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeModelConfig
{
    public int StructSize;
    public int Layers;
    public int Hidden;
    public int FeedForward;
    public int Heads;
    public int KvHeads;
    public int HeadSize;
    public int Vocabulary;
    public int Context;
    public int RopeOrder;
    public int Weights;
    public float NormEpsilon;
    public int Activation;
    public int Window;
    public int WindowPeriod;
    public int Experts;
    public int ExpertsUsed;
    public int ExpertsNormed;
    public float AttentionScale;
    public float AttentionSoftcap;
    public float LogitSoftcap;
    public float EmbeddingScale;
    public int NormPlusOne;
}
