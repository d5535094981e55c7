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
    public async Task Two_identical_prompts_at_one_time_cost_one_prefill()
    {
        var random = new SeededRandom(7);
        var prompt = JsonSerializer.Serialize(Enumerable.Range(0, 600).Select(_ => random.Between(1000, 40000)));
        var answers = await Task.WhenAll(Rest.CompleteAsync(server.Http, prompt, 2), Rest.CompleteAsync(server.Http, prompt, 2));
        Assert.Equal(answers[0].Text, answers[1].Text);
        var cached = answers.Select(answer => answer.Cached).Order().ToArray();
        output.WriteLine($"measured: of two identical prompts of 600 tokens sent together, one found {cached[1]} tokens cached");
        Assert.Equal(new[] { 0, 599 }, cached);
    }

    [Fact]
    public async Task The_next_turn_of_a_conversation_finds_the_generated_answer_cached()
    {
        const string question = "{\"role\":\"user\",\"content\":\"Tell me about the sea in three long sentences.\"}";
        var first = await ChatAsync(question, 60);
        var answer = JsonSerializer.Serialize(first.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        var second = await ChatAsync($"{question},{{\"role\":\"assistant\",\"content\":{answer}}},{{\"role\":\"user\",\"content\":\"And the sky?\"}}", 1);
        var usage = first.GetProperty("usage");
        var (prompt, generated) = (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
        var cached = second.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
        output.WriteLine($"measured: after {prompt} prompt and {generated} generated tokens the next turn found {cached} cached");

        // The last generated token was never computed: nothing was sampled from it.
        Assert.InRange(cached, (prompt + generated - 1) / 16 * 16, prompt + generated);
        Assert.True(cached > prompt + 16, "the answer was meant to fill a block");
    }

    [Fact]
    public async Task Four_choices_cost_one_prefill()
    {
        var random = new SeededRandom(8);
        var prompt = JsonSerializer.Serialize(Enumerable.Range(0, 500).Select(_ => random.Between(1000, 40000)));
        var before = await ComputedAsync();
        using var response = await Rest.PostAsync(
            server.Http, "/v1/completions", $$"""{"model":"{{ServerFixture.Model}}","prompt":{{prompt}},"max_tokens":3,"n":4,"seed":3}""");
        var body = await Rest.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, body.ToString());
        Assert.Equal(4, body.GetProperty("choices").GetArrayLength());
        var computed = await ComputedAsync() - before;
        output.WriteLine($"measured: four choices of a prompt of 500 tokens computed {computed} prompt tokens");
        Assert.Equal(500 + 3, computed);
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

    private async Task<double> ComputedAsync() =>
        await Rest.MetricAsync(server.Http, "preble_prefix_cache_queries_total") - await Rest.MetricAsync(server.Http, "preble_prefix_cache_hits_total");

    private async Task<JsonElement> ChatAsync(string messages, int maxTokens)
    {
        using var response = await Rest.PostAsync(
            server.Http,
            "/v1/chat/completions",
            $$"""{"model":"{{ServerFixture.Model}}","messages":[{{messages}}],"max_tokens":{{maxTokens}},"temperature":0}""");
        var body = await Rest.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, body.ToString());
        return body;
    }

    private static async Task<(T Answer, double Ms)> TimedAsync<T>(Func<Task<T>> action)
    {
        var clock = Stopwatch.StartNew();
        return (await action(), clock.Elapsed.TotalMilliseconds);
    }
}
