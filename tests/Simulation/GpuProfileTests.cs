namespace Preble.Simulation.Tests;

/// <summary>The authors' published regression, with the values that it gives where it is sound.</summary>
public sealed class GpuProfileTests
{
    [Theory]
    [InlineData(1, 1, 24.8)]
    [InlineData(384, 384, 51.294722)]
    [InlineData(512, 512, 66.715267)]
    [InlineData(512, 4097, 80.584951)]
    [InlineData(1024, 1024, 128.397449)]
    [InlineData(1835, 1835, 240.366986)]
    [InlineData(9865, 9865, 1463.734899)]
    [InlineData(23474, 23474, 4253.642198)]
    public void The_published_curve_is_reproduced(int tokens, int context, double milliseconds) =>
        Assert.Equal(milliseconds, new A6000Curve().PrefillSeconds(tokens, context) * 1000, tokens == 1 ? 0.2 : 1e-4);

    [Fact]
    public void A_batch_of_32_decodes_takes_what_was_published() => Assert.Equal(37.85, new A6000Curve().DecodeSeconds(32, 64_000) * 1000, 0.01);

    [Fact]
    public void The_curve_is_positive_and_never_falls_where_the_published_one_is_negative()
    {
        var curve = new A6000Curve();
        for (var tokens = 2; tokens <= 2048; tokens++)
        {
            Assert.True(curve.PrefillSeconds(tokens, tokens) >= curve.PrefillSeconds(tokens - 1, tokens - 1) && curve.PrefillSeconds(tokens, tokens) > 0.02);
        }
    }

    [Fact]
    public void A_profile_goes_through_the_full_step_of_its_curve()
    {
        var costs = GpuProfiles.Find("a6000-mistral-7b")!.Costs;
        var curve = new A6000Curve();
        Assert.Equal(curve.PrefillSeconds(512, 512), costs.PrefillTime(512, 0), 1e-9);
        Assert.Equal(curve.PrefillSeconds(512, 8704), costs.PrefillTime(512, 8192), 1e-9);
        Assert.Equal(curve.DecodeSeconds(32, 64_000), costs.DecodeTime(32, 64_000), 3e-4);
    }

    [Fact]
    public void Every_profile_has_costs_and_room_for_its_context()
    {
        foreach (var name in GpuProfiles.Names.Where(name => name != "calibrated"))
        {
            var profile = GpuProfiles.Find(name)!;
            Assert.True(profile.Costs is { Step: > 0.004, PrefillToken: > 1e-5, DecodeContext: > 0 } && profile.KvTokens > profile.ContextTokens, name);
        }
    }
}
