using System.Runtime.InteropServices;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>Compares rows of numbers with goldens and says where they are furthest apart.</summary>
internal static class Closeness
{
    public static void AssertWithin(double tolerance, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (worst, at) = (0.0, 0);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs((double)expected[i] - actual[i]);
            if (!(difference <= worst))
            {
                (worst, at) = (difference, i);
            }
        }

        Assert.True(worst <= tolerance, $"{what}: number {at} is {actual[at]} instead of {expected[at]}, off by {worst}");
    }

    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        // As bytes: two numbers that compare equal may differ in the sign of zero, and NaN never compares equal.
        if (!MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)))
        {
            AssertWithin(0, expected, actual, what);
            Assert.Fail($"{what}: not the same bits");
        }
    }

    public static int Highest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
            {
                best = i;
            }
        }

        return best;
    }
}
