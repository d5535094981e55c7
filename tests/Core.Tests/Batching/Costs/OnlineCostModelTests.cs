using Preble.Core.Batching.Costs;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Costs;

public sealed class OnlineCostModelTests
{
    private static readonly StepCostModel Start = new(0.005, 1e-3, 1e-7, 3e-3, 1e-6);

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 4)]
    [InlineData(0.3, 0.5)]
    [InlineData(5, 0.4)]
    public void Another_machine_is_found_from_its_steps(double prefill, double decode)
    {
        var (online, truth, random) = (new OnlineCostModel(Start), Start.Scaled(prefill, decode), new SeededRandom(5));
        for (var i = 0; i < 400; i++)
        {
            var load = Load(random);
            online.Observe(load, truth.Seconds(load) * (0.9 + (random.Below(20) / 100.0)));
        }

        Assert.InRange(online.Current.PrefillTime(200, 500) / truth.PrefillTime(200, 500), 0.85, 1.15);
        Assert.InRange(online.Current.DecodeTime(8, 4000) / truth.DecodeTime(8, 4000), 0.85, 1.15);
    }

    [Fact]
    public void A_part_that_was_measured_wrongly_is_found_by_itself()
    {
        // As after a calibration that something disturbed: long contexts look a hundred times as dear as they are.
        var start = new StepCostModel(Start.Step, Start.PrefillToken, 100 * Start.PrefillContext, Start.Decode, Start.DecodeContext);
        var (online, random) = (new OnlineCostModel(start), new SeededRandom(12));
        for (var i = 0; i < 1500; i++)
        {
            var load = Load(random);
            online.Observe(load, Start.Seconds(load));
        }

        foreach (var context in new[] { 0, 500, 2000 })
        {
            Assert.InRange(online.Current.PrefillTime(100, context) / Start.PrefillTime(100, context), 0.7, 1.3);
        }
    }

    [Fact]
    public void One_outlier_does_little()
    {
        var (online, random) = (new OnlineCostModel(Start), new SeededRandom(6));
        for (var i = 0; i < 100; i++)
        {
            var load = Load(random);
            online.Observe(load, Start.Seconds(load));
        }

        var decodes = new StepLoad(0, 0, 8, 4000);
        online.Observe(decodes, 1000 * Start.Seconds(decodes));
        Assert.InRange(online.Current.Seconds(decodes) / Start.Seconds(decodes), 1.0, 1.05);
    }

    [Fact]
    public void The_first_step_of_all_may_be_an_outlier_too()
    {
        var online = new OnlineCostModel(Start);
        var decodes = new StepLoad(0, 0, 8, 4000);
        online.Observe(decodes, 1000 * Start.Seconds(decodes));
        Assert.InRange(online.Current.Seconds(decodes) / Start.Seconds(decodes), 1.0, 1.25);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_time_that_cannot_be_is_passed_over(double seconds)
    {
        var online = new OnlineCostModel(Start);
        online.Observe(new StepLoad(0, 0, 1, 10), seconds);
        online.Observe(default, 1);
        Assert.Equal(Start, online.Current);
    }

    [Fact]
    public void However_wrong_the_times_the_model_stays_positive_and_bounded()
    {
        var online = new OnlineCostModel(Start);
        for (var i = 0; i < 10_000; i++)
        {
            online.Observe(new StepLoad(100, 5000, 4, 400), i < 5000 ? 1e9 : 1e-12);
            Assert.InRange(online.Current.PrefillTime(100, 0) / Start.PrefillTime(100, 0), 1 / 65.0, 65);
        }
    }

    [Fact]
    public void A_profile_is_published_anew_only_when_it_has_changed()
    {
        var (online, random, published) = (new OnlineCostModel(Start), new SeededRandom(7), 0);
        var last = online.Profile;
        for (var i = 0; i < 1000; i++)
        {
            var load = Load(random);
            online.Observe(load, Start.Seconds(load) * 2);
            published += ReferenceEquals(last, online.Profile) ? 0 : 1;
            last = online.Profile;
        }

        Assert.InRange(published, 5, 100);
        Assert.InRange(last.PrefillSecondsPerToken / Start.PrefillToken, 1.8, 2.2);
    }

    private static StepLoad Load(SeededRandom random)
    {
        var load = default(StepLoad);
        for (var row = random.Between(1, 8); row > 0; row--)
        {
            load = load.Plus(1, random.Below(1000));
        }

        return random.Chance(0.5) ? load.Plus(random.Between(16, 200), random.Below(2000)) : load;
    }
}
