using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.FleetProcesses;

/// <summary>
/// A worker's process stands still and comes back. Its fleet has slow probes: one that its peers have given up ends when it comes back, and another
/// is started in its place.
/// </summary>
[Collection(FleetCollection.Name)]
public sealed class FrozenWorkerTests(FleetFixture shared, ITestOutputHelper output)
{
    private static readonly TimeSpan SlowProbes = TimeSpan.FromSeconds(10);

    [RedisFact]
    public async Task Streams_of_a_frozen_process_go_on_elsewhere_and_it_serves_again_when_it_is_back()
    {
        const int streamCount = 16;
        await using var fleet = new ProcessFleet(SlowProbes, ("front", "gateway,scheduler"), ("a", "worker"), ("b", "worker"));
        await fleet.StartAsync();
        var streams = await ClientStream.OpenAllAsync(fleet.Gateway.Http, FleetFixture.Prompts.Take(streamCount), FleetFixture.MaxTokens);
        var frozen = fleet.Busiest(streams);
        var cut = streams.Count(stream => !stream.HasEnded && stream.Worker == frozen.Worker);
        await frozen.Process.FreezeAsync();
        Assert.Equal(shared.Undisturbed.Take(streamCount), await Task.WhenAll(streams.Select(stream => stream.End)));
        var resumed = await fleet.Gateway.MetricAsync(FleetFixture.StreamsResumed) ?? 0;
        output.WriteLine(
            $"measured: a worker's process frozen under {streams.Length} streams, {cut} of them its own: {resumed} resumed, "
            + $"the longest pause {streams.Max(stream => stream.LongestPause).TotalSeconds:F1} s");
        Assert.NotEqual(0, resumed);

        await frozen.Process.ThawAsync();
        await Wait.UntilAsync(async () => await frozen.MetricAsync("preble_requests_running") is null or 0, "nothing that was given up runs on");
        await Wait.UntilAsync(async () => await fleet.Gateway.HealthyWorkersAsync() == 2, "the scheduler has both workers");
        var asked = streamCount;
        await Wait.UntilAsync(
            async () =>
            {
                var answers = await Task.WhenAll(Completion.Prompts(4, first: asked += 4).Select(prompt => Completion.OfAsync(fleet.Gateway.Http, prompt, 1)));
                return answers.Any(answer => answer.Worker == frozen.Worker);
            },
            "the worker serves again");
        Assert.False(frozen.Process.HasExited);
    }
}
