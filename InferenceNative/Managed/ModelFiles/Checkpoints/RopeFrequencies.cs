namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>The rotary frequencies of a head: theta^(-2i / head size), then the scaling.</summary>
public static class RopeFrequencies
{
    public static float[] Compute(int headSize, double theta, RopeScaling scaling)
    {
        var frequencies = new float[headSize / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = (float)scaling.Apply(Math.Pow(theta, -2.0 * i / headSize));
        }

        return frequencies;
    }

    /// <summary>GGUF stores Llama 3's scaling as a divisor for each frequency.</summary>
    /// <exception cref="ModelFileException">A divisor is not a positive number.</exception>
    public static void Divide(Span<float> frequencies, ReadOnlySpan<float> divisors, string fileName)
    {
        // Only the first set: windows are not stretched.
        for (var i = 0; i < divisors.Length; i++)
        {
            if (!float.IsFinite(divisors[i]) || divisors[i] <= 0)
            {
                throw new ModelFileException($"{fileName}: the rotary divisor {i} is {divisors[i]}, which is not a positive number.");
            }

            frequencies[i] /= divisors[i];
        }
    }
}
