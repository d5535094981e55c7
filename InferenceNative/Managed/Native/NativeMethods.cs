using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>The functions of preble_inference.h, nothing else.</summary>
internal static partial class NativeMethods
{
    public const string Library = "preble_inference";

    [LibraryImport(Library)]
    internal static partial int pi_abi_version();

    [LibraryImport(Library)]
    internal static partial int pi_abi_sizeof_tensor();

    [LibraryImport(Library)]
    internal static partial int pi_abi_sizeof_model_config();

    [LibraryImport(Library)]
    internal static partial int pi_abi_sizeof_model_info();

    [LibraryImport(Library)]
    internal static partial int pi_abi_sizeof_engine_options();

    [LibraryImport(Library)]
    internal static partial int pi_abi_sizeof_chunk();

    // The text stays the library's own, so it is copied from the pointer and never freed here.
    [LibraryImport(Library)]
    internal static unsafe partial byte* pi_last_error();

    [LibraryImport(Library)]
    internal static partial int pi_runtime_set_threads(int count);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pi_runtime_set_cache_folder(string folder);

    [LibraryImport(Library)]
    internal static unsafe partial byte* pi_runtime_description();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pi_model_create(
        in NativeModelConfig config, string[] filePaths, int fileCount, ReadOnlySpan<NativeTensor> tensors, int tensorCount,
        ReadOnlySpan<float> inverseFrequencies, int frequencyCount, out ModelHandle model);

    [LibraryImport(Library)]
    internal static partial int pi_model_get_info(ModelHandle model, ref NativeModelInfo info);

    [LibraryImport(Library)]
    internal static partial int pi_model_kv_bytes(ModelHandle model, int kvType, out long bytes);

    [LibraryImport(Library)]
    internal static partial void pi_model_free(nint model);

    [LibraryImport(Library)]
    internal static partial int pi_convert_rows(
        int from, int to, ReadOnlySpan<byte> rowsIn, long bytesIn, long rows, long columns, Span<byte> rowsOut, long bytesOut);

    [LibraryImport(Library)]
    internal static partial int pi_engine_create(ModelHandle model, in NativeEngineOptions options, out EngineHandle engine);

    [LibraryImport(Library)]
    internal static partial void pi_engine_free(nint engine);

    [LibraryImport(Library)]
    internal static partial int pi_engine_step(
        EngineHandle engine, ReadOnlySpan<NativeChunk> chunks, int chunkCount, ReadOnlySpan<int> tokens, int tokenCount,
        ReadOnlySpan<int> blocks, int blockCount, ReadOnlySpan<int> history, int historyCount, Span<int> sampled,
        int sampledCount);

    [LibraryImport(Library)]
    internal static partial int pi_engine_block_bytes(EngineHandle engine, int encoding, out long bytes);

    [LibraryImport(Library)]
    internal static partial int pi_engine_copy_block(EngineHandle engine, int from, int to);

    [LibraryImport(Library)]
    internal static partial int pi_engine_save_block(EngineHandle engine, int block, int encoding, Span<byte> into, long count);

    [LibraryImport(Library)]
    internal static partial int pi_engine_load_block(EngineHandle engine, int block, int encoding, ReadOnlySpan<byte> from, long count);

    [LibraryImport(Library)]
    internal static partial int pi_engine_set_trace(EngineHandle engine, int flags);

    [LibraryImport(Library)]
    internal static partial int pi_engine_get_logits(EngineHandle engine, int row, Span<float> values, int count);

    [LibraryImport(Library)]
    internal static partial int pi_engine_get_hidden(EngineHandle engine, int layer, int row, Span<float> values, int count);
}
