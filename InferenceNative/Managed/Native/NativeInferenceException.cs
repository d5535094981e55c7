using Preble.Core.Engine;

namespace Preble.Inference.Native;

/// <summary>The native library refused or failed; the message is its own sentence.</summary>
public sealed class NativeInferenceException(InferenceStatus status, string message, Exception? inner = null) : EngineException(message, inner)
{
    public InferenceStatus Status { get; } = status;
}
