using System.Runtime.InteropServices;
using Preble.Core.Engine;

namespace Preble.Inference.Native;

/// <summary>Owns one native engine and keeps its model open until the engine is freed.</summary>
internal sealed class EngineHandle : SafeHandle
{
    private ModelHandle? _model;

    // Public for the marshaller, which makes the object before the native call fills it.
    public EngineHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    public static EngineHandle Create(ModelHandle model, EngineOptions options)
    {
        // The reference is taken before there is an engine: afterwards, another thread could have freed the model in between.
        var referenced = false;
        model.DangerousAddRef(ref referenced);
        try
        {
            NativeStatus.Check(NativeMethods.pi_engine_create(model, OptionsOf(options), out var engine));
            engine._model = model;
            referenced = false;
            return engine;
        }
        finally
        {
            if (referenced)
            {
                model.DangerousRelease();
            }
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.pi_engine_free(handle);
        _model?.DangerousRelease();
        return true;
    }

    private static NativeEngineOptions OptionsOf(EngineOptions options) => new()
    {
        StructSize = Marshal.SizeOf<NativeEngineOptions>(),
        BlockSize = options.BlockSize,
        BlockCount = options.BlockCount,
        MaxStepTokens = options.MaxStepTokens,
        MaxStepChunks = options.MaxStepChunks,
        MaxStepSamples = Math.Min(options.MaxStepSamples, options.MaxStepTokens),
        KvType = (int)options.KvType,
        Threads = options.Threads,
    };
}
