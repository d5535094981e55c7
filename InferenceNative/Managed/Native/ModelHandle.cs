using System.Runtime.InteropServices;
using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.Native;

/// <summary>Owns one native model. Its engines hold it open, so it may be disposed before them.</summary>
internal sealed class ModelHandle : SafeHandle
{
    // Public for the marshaller, which makes the object before the native call fills it.
    public ModelHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    public static ModelHandle Create(Checkpoint checkpoint, WeightsMode weights)
    {
        NativeLibraryLoader.Ensure();
        var config = ConfigOf(checkpoint.Config, weights);
        var tensors = checkpoint.Tensors.Select(TensorOf).ToArray();
        string[] files = [.. checkpoint.Files];
        float[] frequencies = [.. checkpoint.InverseFrequencies];
        var status = NativeMethods.pi_model_create(
            config, files, files.Length, tensors, tensors.Length, frequencies, frequencies.Length, out var model);
        NativeStatus.Check(status);
        return model;
    }

    public NativeModelInfo GetInfo()
    {
        var info = new NativeModelInfo { StructSize = Marshal.SizeOf<NativeModelInfo>() };
        NativeStatus.Check(NativeMethods.pi_model_get_info(this, ref info));
        return info;
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.pi_model_free(handle);
        return true;
    }

    private static NativeModelConfig ConfigOf(ModelConfig config, WeightsMode weights) => new()
    {
        StructSize = Marshal.SizeOf<NativeModelConfig>(),
        Layers = config.Layers,
        Hidden = config.Hidden,
        FeedForward = config.FeedForward,
        Heads = config.Heads,
        KvHeads = config.KvHeads,
        HeadSize = config.HeadSize,
        Vocabulary = config.Vocabulary,
        Context = config.Context,
        RopeOrder = (int)config.RopeOrder,
        Weights = (int)weights,
        NormEpsilon = config.NormEpsilon,
        Activation = (int)config.Activation,
        Window = config.Window,
        WindowPeriod = config.WindowPeriod,
        Experts = config.Experts,
        ExpertsUsed = config.ExpertsUsed,
        ExpertsNormed = config.ExpertsNormed ? 1 : 0,
        AttentionScale = config.AttentionScale,
        AttentionSoftcap = config.AttentionSoftcap,
        LogitSoftcap = config.LogitSoftcap,
        EmbeddingScale = config.EmbeddingScale,
        NormPlusOne = config.NormPlusOne ? 1 : 0,
    };

    private static NativeTensor TensorOf(PlacedTensor tensor) => new()
    {
        Role = (int)tensor.Role,
        Layer = tensor.Layer,
        Type = (int)tensor.Type,
        FileIndex = tensor.FileIndex,
        Expert = tensor.Expert,
        Rows = tensor.Rows,
        Columns = tensor.Columns,
        Offset = tensor.Offset,
        SizeBytes = tensor.SizeBytes,
    };
}
