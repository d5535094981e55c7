using System.Diagnostics;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.FleetProcesses;

/// <summary>The process that has the scheduler ends, and another one takes it over.</summary>
public sealed class LostSchedulerTests(FleetFixture shared, ITestOutputHelper output) : FleetTest(shared, output)
{
    private const string IndexBlocks = "preble_prefix_index_blocks";
    private const int BlockTokens = 16;

    [RedisFact]
    public async Task Requests_go_on_and_known_prefixes_are_found_again()
    {
        const int prefixTokens = 8 * BlockTokens;
        var prefixes = Enumerable.Range(0, 4).Select(i => Completion.RandomTokens((ulong)i + 10, prefixTokens)).ToList();
        await Task.WhenAll(prefixes.Select(prefix => Completion.OfAsync(Fleet.Gateway.Http, prefix.Append(5), 1)));
        var (host, other) = await RolesAsync();

        var clock = Stopwatch.StartNew();
        await host.Process.KillAsync();
        using var stop = new CancellationTokenSource();
        var others = AskUntilAsync(stop.Token);
        TimeSpan placed, rebuilt;
        Completion[] again;
        try
        {
            await Completion.OfAsync(Fleet.Gateway.Http, "The first request after the loss", 1);
            placed = clock.Elapsed;
            await Wait.UntilAsync(
                async () => await other.MetricAsync(IndexBlocks) >= prefixes.Count * prefixTokens / BlockTokens
                    && await other.MetricAsync("preble_workers_healthy") == Fleet.Workers.Count,
                "the other process knows the workers and what they have cached");
            rebuilt = clock.Elapsed;

            // Each prefix is at one worker only: to find all of them by chance is one in 81.
            again = await Task.WhenAll(prefixes.Select(prefix => Completion.OfAsync(Fleet.Gateway.Http, prefix.Append(6), 1)));
        }
        finally
        {
            await stop.CancelAsync();
        }

        var answered = await others;
        Output.WriteLine(
            $"measured: the scheduler's process killed: the first request placed after {placed.TotalSeconds:F1} s, the index there again after "
            + $"{rebuilt.TotalSeconds:F1} s, {answered} other requests meanwhile, none refused");
        Assert.All(again, answer => Assert.Equal(prefixTokens, answer.Cached));
    }

    /// <summary>Which of the two processes has the scheduler; only that one shows an index.</summary>
    private async Task<(FleetMember Host, FleetMember Other)> RolesAsync()
    {
        var both = Fleet.Of("scheduler");
        var shown = await Task.WhenAll(both.Select(member => member.MetricAsync(IndexBlocks)));
        var host = Assert.Single(both, member => shown[both.ToList().IndexOf(member)] is not null);
        return (host, both.Single(member => member != host));
    }

    /// <summary>One short request after the other; throws if one is refused.</summary>
    /// <returns>How many.</returns>
    private async Task<int> AskUntilAsync(CancellationToken stop)
    {
        var answered = 0;
        for (; !stop.IsCancellationRequested; answered++)
        {
            await Completion.OfAsync(Fleet.Gateway.Http, $"Request number {answered}", 1);
        }

        return answered;
    }
}
