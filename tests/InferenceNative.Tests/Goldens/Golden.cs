using System.Runtime.InteropServices;
using System.Text.Json;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>Reads golden files by their path below tests/goldens, or below the shared data.</summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static T Read<T>(params string[] path)
        => JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine([RepositoryPaths.Goldens, .. path])), Options)!;

    /// <summary>Little-endian float32 numbers.</summary>
    public static float[] ReadFloats(params string[] path)
        => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine([RepositoryPaths.Goldens, .. path]))).ToArray();
}
