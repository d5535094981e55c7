namespace Preble.Simulation.Tests;

/// <summary>A checker that has never failed is not yet a checker: each bug of our own making must be found.</summary>
public sealed class CheckerTests
{
    [Theory]
    [InlineData(nameof(PlantedBug.ForgottenEnd), "hang")]
    [InlineData(nameof(PlantedBug.DoubledEnd), "ended twice")]
    [InlineData(nameof(PlantedBug.LeakedBlocks), "blocks of requests that have ended")]
    [InlineData(nameof(PlantedBug.WrongHash), "the index says")]
    [InlineData(nameof(PlantedBug.StuckWorker), "hang")]
    public void A_planted_bug_is_found(string bug, string sentence)
    {
        var faults = new FaultPlan { Bug = Enum.Parse<PlantedBug>(bug) };
        var fault = Assert.Throws<SimulationFault>(() => Simulations.Run(Simulations.Options(faults: faults), Simulations.Workload("toolbench", 100, 9)));
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("toolbench", "e2", 11)]
    [InlineData("agent", "e2", 12)]
    [InlineData("chat", "round-robin", 13)]
    [InlineData("low-sharing", "least-loaded", 14)]
    [InlineData("toolbench", "e2", 15)]
    public void Nothing_is_found_under_faults_with_everything_checked_after_each_event(string workload, string policy, ulong seed)
    {
        var faults = new FaultPlan
        {
            Losses = [new(1, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(16)), new(0, TimeSpan.FromSeconds(20), null)],
            Slow = [new(2, 3)],
            LostReports = 0.1,
            DoubledReports = 0.1,
        };

        // A small cache, so that blocks are evicted and sequences preempted.
        var options = Simulations.Options(workers: 3, policy, seed, faults, audit: true);
        options = options with { Gpu = options.Gpu with { KvTokens = 8192, ContextTokens = 8192 } };
        var figures = Simulations.Run(options, Simulations.Workload(workload, 120, 5, seed, prefixes: 12));
        Assert.True(figures.Ended >= 100, $"{figures.Ended} requests ended");
        Assert.True(figures.MovedCount > 0, "no request was under way on a worker that was lost");
    }

    [Fact]
    public void A_refused_request_has_ended_too()
    {
        var options = Simulations.Options() with { WaitingRequests = 4, RunningSequences = 4 };
        var figures = Simulations.Run(options, Simulations.Workload("toolbench", 200, 100));
        Assert.True(figures.RefusedCount > 20, $"only {figures.RefusedCount} were refused");
        Assert.Equal(200, figures.Ended);
    }
}
