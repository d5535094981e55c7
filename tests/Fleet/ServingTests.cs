using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.FleetProcesses;

/// <summary>A fleet that nothing happens to.</summary>
public sealed class ServingTests(FleetFixture shared, ITestOutputHelper output) : FleetTest(shared, output)
{
    [RedisFact]
    public async Task A_chat_has_the_text_that_a_process_alone_gives_it()
    {
        var answer = await Completion.OfChatAsync(Fleet.Gateway.Http, FleetFixture.Chat, FleetFixture.MaxTokens);
        Assert.Equal(Shared.ChatAlone, answer.Text);
        Assert.Contains(answer.Worker, Fleet.Workers.Select(worker => worker.Worker));
    }

    [RedisFact]
    public async Task A_long_prefix_goes_where_it_is_cached()
    {
        const int prefixTokens = 160;
        var prefix = Completion.RandomTokens(1, prefixTokens);
        var first = await Completion.OfAsync(Fleet.Gateway.Http, prefix.Append(5), 1);
        var second = await Completion.OfAsync(Fleet.Gateway.Http, prefix.Append(6), 1);
        Assert.Equal((0, prefixTokens), (first.Cached, second.Cached));
        Assert.Equal(first.Worker, second.Worker);
    }

    [RedisFact]
    public async Task A_client_that_goes_away_ends_its_request_at_the_worker()
    {
        const int maxTokens = 1500;
        const string running = "preble_requests_running";
        const string tokens = "preble_output_tokens_total";
        var stream = await ClientStream.OpenAsync(Fleet.Gateway.Http, FleetFixture.Prompts[0], maxTokens);
        var owner = Fleet.Workers.Single(worker => worker.Worker == stream.Worker);
        await Wait.UntilAsync(async () => await owner.MetricAsync(running) == 1, "its request runs");
        var before = await owner.MetricAsync(tokens) ?? 0;
        stream.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => stream.End);
        await Wait.UntilAsync(async () => await owner.MetricAsync(running) == 0, "its request is gone");
        Assert.InRange(await owner.MetricAsync(tokens) - before ?? 0, 0, maxTokens / 4);
    }
}
