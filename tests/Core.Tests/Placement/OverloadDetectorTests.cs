using Preble.Core.Placement.Prefixes;

namespace Preble.Core.Tests.Placement;

/// <summary>The authors' vectors for a prefix whose waiting doubles.</summary>
[Trait("paper", "§3.2 autoscaling")]
public sealed class OverloadDetectorTests
{
    private static readonly TimeSpan Now = TimeSpan.FromMinutes(10);
    private readonly OverloadDetector _detector = new(TimeSpan.FromMinutes(3), 2, TimeSpan.FromMilliseconds(50));

    [Theory]
    [InlineData(0.04, 0.085, true)]
    [InlineData(0.04, 0.079, false)]
    [InlineData(0.001, 0.002, false)]
    [InlineData(0, 0.049, false)]
    [InlineData(0, 0.051, true)]
    public void It_fires_when_the_newer_mean_is_twice_the_older_and_worth_mending(double older, double newer, bool fires)
    {
        _detector.Add(4 * older, 4, Now - TimeSpan.FromMinutes(2));
        _detector.Add(4 * newer, 4, Now);
        Assert.Equal(fires, _detector.Fires(Now));
    }

    [Fact]
    public void One_half_alone_says_nothing()
    {
        _detector.Add(4, 4, Now);
        Assert.False(_detector.Fires(Now));
        Assert.False(_detector.Fires(Now + TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void Means_count_samples_and_not_reports()
    {
        _detector.Add(0.1, 1, Now - TimeSpan.FromMinutes(2));
        _detector.Add(100 * 0.19, 100, Now);
        _detector.Add(1, 1, Now);
        Assert.False(_detector.Fires(Now));
    }

    [Fact]
    public void What_has_left_the_window_is_forgotten()
    {
        _detector.Add(0.4, 4, Now - TimeSpan.FromMinutes(3));
        _detector.Add(4, 4, Now);
        Assert.False(_detector.Fires(Now));
    }
}
