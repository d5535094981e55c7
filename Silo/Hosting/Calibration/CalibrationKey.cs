using System.Globalization;
using System.Runtime.InteropServices;
using Preble.Actors.Workers;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;

namespace Preble.Hosting;

/// <summary>
/// All that measured costs depend on, as text: the model's name and sizes, how its weights, keys and values are held, the processor and the kernels in use, the threads
/// and the block size. Costs under another key are those of another machine or model.
/// </summary>
internal static class CalibrationKey
{
    /// <summary>Differs whenever what is measured, or how it is written, has changed.</summary>
    private const int Format = 2;

    public static string Of(string model, ModelShape shape, ServeOptions options, WorkerCoreOptions sizes) => string.Join(
        '\n',
        $"format {Text(Format)}, library {typeof(EngineCalibration).Assembly.GetName().Version}, {RuntimeInformation.OSArchitecture}",
        $"model {model}: {Text(shape.ParameterCount)} parameters, {Text(shape.WeightBytes)} bytes of weights, {Text(shape.KvBytesPerToken)} bytes a token, "
            + $"{Text(shape.VocabularySize)} ids, context {Text(shape.ContextTokens)}",
        $"weights {options.Weights}, keys and values {options.KvType}",
        $"runtime {NativeRuntime.Description}, built as {NativeRuntime.BuildIdentity}",
        options.ThreadsPerWorker is { } own
            ? $"threads {Text(own)} of its own"
            : $"threads {Text(options.Threads ?? Environment.ProcessorCount)} of {Text(Environment.ProcessorCount)}",
        $"blocks of {Text(sizes.BlockSize)} tokens, steps of {Text(sizes.StepTokens)} tokens and {Text(sizes.RunningSequences)} sequences");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
