using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Preble.Inference.ModelFiles;

/// <summary>
/// Tells one model's files from another's without reading all of them: their lengths, when they were last written, and samples spread over
/// each. Files that were copied with another time are another model to it, which costs a cache and no more.
/// </summary>
public static class ModelIdentity
{
    private const int Samples = 64;
    private const int SampleBytes = 16 * 1024;

    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string Of(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sample = new byte[SampleBytes];
        Span<byte> facts = stackalloc byte[2 * sizeof(long)];
        foreach (var file in files)
        {
            using var handle = File.OpenHandle(file);
            var length = RandomAccess.GetLength(handle);
            BinaryPrimitives.WriteInt64LittleEndian(facts, length);
            BinaryPrimitives.WriteInt64LittleEndian(facts[sizeof(long)..], File.GetLastWriteTimeUtc(file).Ticks);
            hash.AppendData(facts);
            for (var i = 0; i < Samples; i++)
            {
                // From the very first to the very last bytes.
                var offset = Math.Max(0, length - SampleBytes) * i / (Samples - 1);
                hash.AppendData(sample.AsSpan(0, RandomAccess.Read(handle, sample, offset)));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
