using Preble.Inference.ModelFiles;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>Damages a file's bytes in many ways and requires that a reader either succeeds or refuses with a sentence, in little memory.</summary>
internal sealed class Hostile(byte[] original, Action<byte[]> read)
{
    // Far above what the small files of these tests need and far below what a believed length of their damage would take.
    private const long AllocationBound = 64 << 20;

    public int Refused { get; private set; }

    public int Accepted { get; private set; }

    /// <summary>Cuts the file off at each length of a range.</summary>
    public void TruncateAtEvery(Range range, int step = 1)
    {
        var (start, count) = range.GetOffsetAndLength(original.Length);
        for (var length = start; length < start + count; length += step)
        {
            Try(original[..length], $"cut off at {length}");
        }
    }

    /// <summary>Changes one to four bytes among the first ones, where the structure is.</summary>
    public void Flip(int cases, int structureBytes, ulong seed)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < cases; i++)
        {
            var bytes = (byte[])original.Clone();
            var places = new List<int>();
            for (var flips = 1 + random.Below(4); flips > 0; flips--)
            {
                var place = random.Below(structureBytes);
                places.Add(place);

                // Besides random bytes, the values that lengths and signs turn on.
                bytes[place] = random.Below(3) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Below(256) };
            }

            Try(bytes, $"seed {seed}, case {i}: bytes {string.Join(", ", places)} changed");
        }
    }

    /// <summary>The sentence with which one file is refused.</summary>
    public string RefusalOf(byte[] bytes) => Assert.Throws<ModelFileException>(() => read(bytes)).Message;

    private void Try(byte[] bytes, string damage)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
            Accepted++;
        }
        catch (ModelFileException e)
        {
            Refused++;
            Assert.False(string.IsNullOrWhiteSpace(e.Message), damage);
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{damage}: {e}");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocationBound, $"{damage}: {allocated} bytes were allocated for a file of {bytes.Length}");
    }
}
