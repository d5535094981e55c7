using System.Runtime.CompilerServices;

namespace Preble.Inference.Native;

/// <summary>
/// Compares the library's version and struct sizes with this program's. The sizes come from the library itself, so that a library that was built
/// from another header is refused instead of reading garbage.
/// </summary>
internal static class AbiCheck
{
    public const int Version = 3;

    /// <summary>Asks the loaded library.</summary>
    /// <exception cref="NativeInferenceException">It is of another version.</exception>
    public static void Run() => Compare(
        NativeMethods.pi_abi_version(),
        [
            new("pi_tensor", NativeMethods.pi_abi_sizeof_tensor(), Unsafe.SizeOf<NativeTensor>()),
            new("pi_model_config", NativeMethods.pi_abi_sizeof_model_config(), Unsafe.SizeOf<NativeModelConfig>()),
            new("pi_model_info", NativeMethods.pi_abi_sizeof_model_info(), Unsafe.SizeOf<NativeModelInfo>()),
            new("pi_engine_options", NativeMethods.pi_abi_sizeof_engine_options(), Unsafe.SizeOf<NativeEngineOptions>()),
            new("pi_chunk", NativeMethods.pi_abi_sizeof_chunk(), Unsafe.SizeOf<NativeChunk>()),
        ]);

    internal static void Compare(int version, IReadOnlyList<StructSize> structs)
    {
        if (version != Version)
        {
            throw Unusable($"has ABI version {version} where this program needs {Version}");
        }

        foreach (var (name, native, managed) in structs)
        {
            if (native != managed)
            {
                throw Unusable($"has a {name} of {native} bytes where this program has {managed}");
            }
        }
    }

    private static NativeInferenceException Unusable(string what)
        => new(InferenceStatus.LibraryUnusable, $"The native library {NativeMethods.Library} {what}; build both from the same source.");

    internal readonly record struct StructSize(string Name, int Native, int Managed);
}
