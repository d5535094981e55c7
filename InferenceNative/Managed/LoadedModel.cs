using Preble.Core.Engine;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.Native;

namespace Preble.Inference;

/// <summary>
/// A model whose weights are in memory, once for all its engines. Whoever loaded it disposes it; its engines may live longer, for they hold the weights.
/// </summary>
public sealed class LoadedModel : IDisposable
{
    private readonly ModelHandle _handle;
    private bool _disposed;

    internal LoadedModel(Checkpoint checkpoint, WeightsMode weights)
    {
        Config = checkpoint.Config;
        _handle = ModelHandle.Create(checkpoint, weights);
        var info = _handle.GetInfo();
        Shape = new ModelShape(
            Config.Vocabulary, Config.Context, info.ParameterCount, checked((int)info.KvBytesPerToken), info.WeightBytes);
    }

    /// <summary>The sizes, with the KV cache bytes of <see cref="KvType.Default"/>.</summary>
    public ModelShape Shape { get; }

    internal ModelConfig Config { get; }

    /// <summary>The sizes, with the KV cache bytes that a token takes in an engine of that type.</summary>
    /// <exception cref="NativeInferenceException">There is no such type.</exception>
    public ModelShape ShapeWith(KvType type)
    {
        NativeStatus.Check(NativeMethods.pi_model_kv_bytes(_handle, (int)type, out var bytes));
        return Shape with { KvBytesPerToken = checked((int)bytes) };
    }

    /// <summary>An engine with an empty KV cache of its own. The caller disposes it.</summary>
    /// <exception cref="NativeInferenceException">The cache does not fit in memory.</exception>
    public NativeInferenceEngine CreateEngine(EngineOptions options)
    {
        // The handle alone would not notice while other engines hold it open.
        ObjectDisposedException.ThrowIf(_disposed, this);
        options.Validate();
        return new NativeInferenceEngine(EngineHandle.Create(_handle, options), ShapeWith(options.KvType), Config, options);
    }

    public void Dispose()
    {
        _disposed = true;
        _handle.Dispose();
    }
}
