using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Batching.Costs;

/// <summary>More requests than the memory holds: what foresight saves.</summary>
public sealed class BlockForecastTests(ITestOutputHelper output)
{
    private static readonly StepCostModel Machine = new(0.005, 1e-3, 1e-7, 3e-3, 1e-6);

    [Fact]
    public void Foresight_saves_most_preemptions_and_costs_no_throughput()
    {
        var (without, with) = (Overload(forecast: false), Overload(forecast: true));
        output.WriteLine($"measured: preemptions {without.Preemptions} -> {with.Preemptions}, virtual seconds {without.Seconds:F1} -> {with.Seconds:F1}");
        Assert.True(without.Preemptions > 100, "the memory must be short, or the test misses the point");
        Assert.True(with.Preemptions * 5 <= without.Preemptions, $"{without.Preemptions} -> {with.Preemptions}");
        Assert.True(with.Seconds <= without.Seconds * 1.02, $"{without.Seconds} s -> {with.Seconds} s");
    }

    [Fact]
    public void A_preemption_makes_it_more_careful_and_each_end_a_little_less()
    {
        var forecast = new BlockForecast(new WorkerCoreOptions { BlockCount = 10, ContextTokens = 100 }, new OutputForecast());
        var sequence = new Sequence(WorkerRig.Command("r", [1, 2, 3], 10));
        var first = forecast.Share;
        forecast.Preempted();
        var careful = forecast.Share;
        forecast.Ended(sequence);
        Assert.True(first < careful && forecast.Share < careful && forecast.Share > first);
        for (var i = 0; i < 10_000; i++)
        {
            forecast.Ended(sequence);
        }

        Assert.InRange(forecast.Share, 0.01, first);
        for (var i = 0; i < 10_000; i++)
        {
            forecast.Preempted();
        }

        Assert.InRange(forecast.Share, 1, 2);
    }

    private static (long Preemptions, double Seconds) Overload(bool forecast)
    {
        var worker = new VirtualWorker(
            new WorkerCoreOptions { BlockCount = 400, ContextTokens = 4096, Costs = Machine.ToProfile(), ForecastGrowth = forecast, WaitingRequests = 1000 }, Machine);
        var random = new SeededRandom(10);
        for (var i = 0; i < 300; i++)
        {
            // Outputs far below the limit of 4,000 tokens: a forecast from the limits would let one request run at a time.
            Assert.Null(worker.Submit($"r{i}", random.Between(20, 120), random.Between(100, 400)));
        }

        worker.RunToEnd();
        Assert.Equal(300, worker.Ended);
        return (worker.Core.Counters(worker.Now).PreemptionsTotal, worker.Now.TotalSeconds);
    }
}
