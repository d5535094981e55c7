using System.Diagnostics;
using System.Text.Json;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.EndToEnd;

/// <summary>What the project is for: prefixes computed once, many streams at one time, and the same tokens whatever runs beside.</summary>
public sealed class SharingTests(ServerFixture server, ITestOutputHelper output) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_second_request_reports_the_whole_blocks_of_a_shared_prefix_as_cached()
    {
        var random = new SeededRandom(3);
        var prefix = Enumerable.Range(0, 1500).Select(_ => random.Between(1000, 40000)).ToArray();
        await Rest.CompleteAsync(server.Http, "\"Wake up.\"", 1);
        var cold = await TimedAsync(() => Rest.CompleteAsync(server.Http, JsonSerializer.Serialize<int[]>([.. prefix, 5, 6, 7, 8]), 1));
        var warm = await TimedAsync(() => Rest.CompleteAsync(server.Http, JsonSerializer.Serialize<int[]>([.. prefix, 9, 10, 11, 12]), 1));
        Assert.Equal((0, 1504), (cold.Answer.Cached, cold.Answer.Prompt));
        Assert.Equal(1500, warm.Answer.Cached);
        output.WriteLine($"measured: time to first token of 1,500 shared tokens, cold {cold.Ms:F0} ms, warm {warm.Ms:F0} ms, {cold.Ms / warm.Ms:F1} times less");
    }

    [Fact]
    public async Task Sixty_four_streams_at_one_time_give_what_each_gives_alone()
    {
        var prompts = Enumerable.Range(0, 64).Select(i => JsonSerializer.Serialize($"Here is a list of the numbers from {i * 7} on: {i * 7}, {(i * 7) + 1},")).ToList();
        var together = await Task.WhenAll(prompts.Select(prompt => Rest.CompleteAsync(server.Http, prompt, 8 + (prompt.Length % 7))));
        var differences = new List<string>();
        for (var i = 0; i < prompts.Count; i++)
        {
            var alone = await Rest.CompleteAsync(server.Http, prompts[i], 8 + (prompts[i].Length % 7));
            if (alone.Text != together[i].Text)
            {
                differences.Add($"{prompts[i]}: alone '{alone.Text}', together '{together[i].Text}'");
            }
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
        Assert.True(together.Select(answer => answer.Text).Distinct(StringComparer.Ordinal).Count() > 32, "the answers should differ by prompt");
    }

    [Fact]
    public async Task A_client_that_goes_away_frees_its_blocks()
    {
        await Wait.UntilAsync(async () => await Rest.MetricAsync(server.Http, "preble_requests_running") == 0, "the worker is idle");
        using var cancel = new CancellationTokenSource();
        var (response, reader) = await Rest.LongStreamAsync(server.Http, 4000, cancel.Token);
        await Wait.UntilAsync(async () => await Rest.MetricAsync(server.Http, "preble_kv_cache_usage") > 0, "the stream holds blocks");
        reader.Dispose();
        response.Dispose();
        await Wait.UntilAsync(async () => await Rest.MetricAsync(server.Http, "preble_kv_cache_usage") == 0, "its blocks are free");
        await Wait.UntilAsync(async () => await Rest.MetricAsync(server.Http, "preble_requests_running") == 0, "nothing runs");
        await Wait.UntilAsync(async () => await Rest.MetricAsync(server.Http, "preble_requests_active") == 0, "nobody is being answered");
    }

    private static async Task<(T Answer, double Ms)> TimedAsync<T>(Func<Task<T>> action)
    {
        var clock = Stopwatch.StartNew();
        return (await action(), clock.Elapsed.TotalMilliseconds);
    }
}
