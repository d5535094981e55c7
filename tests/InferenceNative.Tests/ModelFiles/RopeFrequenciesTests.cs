using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class RopeFrequenciesTests
{
    [Fact]
    public void Frequencies_fall_from_one_by_powers_of_the_base()
    {
        var frequencies = RopeFrequencies.Compute(8, 10_000, RopeScaling.None);

        Assert.Equal([1f, 0.1f, 0.01f, 0.001f], frequencies);
    }

    [Fact]
    public void Linear_scaling_divides_all_alike()
        => Assert.Equal([0.25f, 0.025f], RopeFrequencies.Compute(4, 100, new RopeScaling.Linear(4)));

    [Fact]
    public void Llama3_scaling_keeps_short_waves_stretches_long_ones_and_fades_between()
    {
        var scaling = new RopeScaling.Llama3(Factor: 8, LowFrequencyFactor: 1, HighFrequencyFactor: 4, OriginalContext: 64);

        Assert.Equal(1, scaling.Apply(1)); // 10.2 waves in the original context
        Assert.Equal(0.01 / 8, scaling.Apply(0.01), 12); // 0.1 waves
        var halfway = 2.5 * 2 * Math.PI / 64; // 2.5 waves: halfway between 1 and 4
        Assert.Equal((0.5 * halfway) + (0.5 * halfway / 8), scaling.Apply(halfway), 12);
    }

    [Fact]
    public void A_divisor_that_is_not_positive_is_refused()
    {
        var error = Assert.Throws<ModelFileException>(() => RopeFrequencies.Divide(new float[2], [1, 0], "m.gguf"));

        Assert.Equal("m.gguf: the rotary divisor 1 is 0, which is not a positive number.", error.Message);
    }
}
