using System.Diagnostics;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.FleetProcesses;

/// <summary>A worker's process is asked to end under streams, as an orchestrator does in an upgrade.</summary>
public sealed class DrainTests(FleetFixture shared, ITestOutputHelper output) : FleetTest(shared, output)
{
    [RedisFact]
    public async Task SIGTERM_of_a_worker_lets_its_streams_finish_and_is_seen_by_its_probe_at_once()
    {
        var streams = await ClientStream.OpenAllAsync(Fleet.Gateway.Http, FleetFixture.Prompts, FleetFixture.MaxTokens);
        var victim = Fleet.Busiest(streams);
        var running = streams.Where(stream => !stream.HasEnded && stream.Worker == victim.Worker).ToList();
        var resumedBefore = await Shared.ResumedAsync();
        var clock = Stopwatch.StartNew();
        await victim.Process.TerminateAsync();
        await Wait.UntilAsync(async () => !await victim.IsReadyAsync(), "the probe says that the worker drains");
        var (seen, left) = (clock.Elapsed, running.Count(stream => !stream.HasEnded));
        Assert.NotEqual(0, left);

        Assert.Equal(Shared.Undisturbed, await Task.WhenAll(streams.Select(stream => stream.End)));
        Assert.Equal(0, await victim.Process.ExitAsync());
        Output.WriteLine(
            $"measured: SIGTERM to a worker's process with {running.Count} streams: 503 after {seen.TotalSeconds:F1} s, gone with exit code 0 after "
            + $"{clock.Elapsed.TotalSeconds:F1} s");

        // They finish where they are; a busy machine may let a healthy worker look lost.
        Assert.InRange(await Shared.ResumedAsync() - resumedBefore, 0, running.Count / 4);
    }

    [RedisFact]
    public async Task A_second_SIGTERM_hands_the_streams_over_with_the_tokens_they_have()
    {
        // Longer than two signals and a probe take where nothing else runs.
        const int tokens = 150;
        var prompts = FleetFixture.Prompts.Take(6).ToList();
        var undisturbed = await Task.WhenAll(prompts.Select(prompt => Completion.OfAsync(Fleet.Gateway.Http, prompt, tokens)));
        var streams = await ClientStream.OpenAllAsync(Fleet.Gateway.Http, prompts, tokens);
        var victim = Fleet.Busiest(streams);
        var resumedBefore = await Shared.ResumedAsync();
        await victim.Process.TerminateAsync();
        await Wait.UntilAsync(async () => !await victim.IsReadyAsync(), "the probe says that the worker drains");
        await victim.Process.TerminateAsync();
        Assert.Equal(undisturbed.Select(answer => answer.Text), await Task.WhenAll(streams.Select(stream => stream.End)));
        Assert.NotEqual(resumedBefore, await Shared.ResumedAsync());
        Assert.Equal(0, await victim.Process.ExitAsync());
    }
}
