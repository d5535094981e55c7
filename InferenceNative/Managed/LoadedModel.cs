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

    public ModelShape Shape { get; }

    internal ModelConfig Config { get; }

    /// <summary>An engine with an empty KV cache of its own. The caller disposes it.</summary>
    /// <exception cref="NativeInferenceException">The cache does not fit in memory.</exception>
    public NativeInferenceEngine CreateEngine(EngineOptions options)
    {
        // The handle alone would not notice while other engines hold it open.
        ObjectDisposedException.ThrowIf(_disposed, this);
        options.Validate();
        return new NativeInferenceEngine(EngineHandle.Create(_handle, options), Shape, Config, options);
    }

    public void Dispose()
    {
        _disposed = true;
        _handle.Dispose();
    }
}
