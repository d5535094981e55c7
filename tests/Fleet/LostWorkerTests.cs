using System.Diagnostics;
using Xunit.Abstractions;

namespace Preble.FleetProcesses;

/// <summary>A worker's process ends under streams, and their clients do not notice.</summary>
public sealed class LostWorkerTests(FleetFixture shared, ITestOutputHelper output) : FleetTest(shared, output)
{
    private const int StreamCount = 32;

    [RedisFact]
    public async Task Streams_of_a_killed_process_go_on_elsewhere_with_the_same_tokens()
    {
        var resumedBefore = await Shared.ResumedAsync();
        var streams = await ClientStream.OpenAllAsync(Fleet.Gateway.Http, FleetFixture.Prompts.Take(StreamCount), FleetFixture.MaxTokens);
        var victim = Fleet.Busiest(streams);
        var cut = streams.Count(stream => !stream.HasEnded && stream.Worker == victim.Worker);
        await victim.Process.KillAsync();

        var clock = Stopwatch.StartNew();
        var late = await Task.WhenAll(Completion.Prompts(6, first: 100).Select(prompt => Completion.OfAsync(Fleet.Gateway.Http, prompt, 2)));
        var slowest = clock.Elapsed;
        Assert.DoesNotContain(victim.Worker, late.Select(answer => answer.Worker));

        Assert.Equal(Shared.Undisturbed.Take(StreamCount), await Task.WhenAll(streams.Select(stream => stream.End)));
        var resumed = await Shared.ResumedAsync() - resumedBefore;
        Output.WriteLine(
            $"measured: a worker's process killed under {streams.Length} streams, {cut} of them its own: {resumed} resumed, "
            + $"the longest pause {streams.Max(stream => stream.LongestPause).TotalSeconds:F1} s, six new requests answered within {slowest.TotalSeconds:F1} s");

        // Fewer than it had, where last tokens were on their way; more, where a busy machine lets a healthy worker look lost.
        Assert.NotEqual(0, resumed);
    }
}
