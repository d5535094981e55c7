using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Preble.Actors;
using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>The front-end over the real grains in process; only the forward pass is a fake, whose tokens betray any wrong block.</summary>
public sealed class GrainPipelineTests
{
    private const int Vocabulary = GrainFleet.Vocabulary;

    [Fact]
    public async Task An_engine_that_fails_in_the_middle_does_not_show_in_the_answer()
    {
        var engines = new FleetEngines { FailAtOutput = 7 };
        await using var services = GrainFleet.Services(engines);
        await using var host = await GrainFleet.StartAsync(services, workers: 2);
        var prompt = new SeededRandom(1).Tokens(100, Vocabulary);
        var (text, _) = await CompleteAsync(host, prompt, 40);
        Assert.Equal(Alone(prompt, 40), text);
        Assert.Equal(1, engines.Failures);

        // Where it went, and where it went on.
        var latest = JsonDocument.Parse(await host.Http.GetStringAsync("/admin/placements?limit=1")).RootElement.GetProperty("data")[0];
        var name = latest.GetProperty("id").GetString()!.Split('-')[0];
        using var placements = JsonDocument.Parse(await host.Http.GetStringAsync($"/admin/placements/cmpl-{name}"));
        var tried = placements.RootElement.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal([$"{name}-0", $"{name}-0-2"], tried.Select(entry => entry.GetProperty("id").GetString()!));
        Assert.Equal(2, tried.Select(entry => entry.GetProperty("worker").GetString()).Distinct().Count());
        Assert.StartsWith("Nobody holds any of the 100 prompt tokens", tried[0].GetProperty("explanation").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_requests_with_shared_prefixes_give_what_each_gives_alone()
    {
        await using var services = GrainFleet.Services(new FleetEngines());
        await using var host = await GrainFleet.StartAsync(services, workers: 2);
        var random = new SeededRandom(2);
        var prefixes = Enumerable.Range(0, 3).Select(_ => random.Tokens(64, Vocabulary)).ToList();
        var prompts = Enumerable.Range(0, 40).Select(_ => random.Pick(prefixes).Concat(random.Tokens(random.Between(1, 20), Vocabulary)).ToArray()).ToList();
        var answers = await Task.WhenAll(prompts.Select(prompt => CompleteAsync(host, prompt, 20)));
        Assert.All(prompts.Zip(answers), pair => Assert.Equal(Alone(pair.First, 20), pair.Second.Text));
        var (_, cached) = await CompleteAsync(host, prompts[0], 1);
        Assert.True(cached >= 64, $"{cached} tokens cached of a prompt that was computed before");
    }

    [Fact]
    public async Task Four_choices_cost_one_prefill_and_give_what_each_gives_alone()
    {
        var engines = new FleetEngines();
        await using var services = GrainFleet.Services(engines);
        await using var host = await GrainFleet.StartAsync(services, workers: 2);
        var prompt = new SeededRandom(4).Tokens(300, Vocabulary);
        using var response = await host.PostAsync(
            "/v1/completions",
            $$"""{"model":"tiny","prompt":{{JsonSerializer.Serialize(prompt)}},"max_tokens":20,"temperature":1,"seed":11,"n":4}""");
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.True(response.IsSuccessStatusCode, body.RootElement.ToString());
        var texts = body.RootElement.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString());
        var sampling = new SamplingOptions(1, 0, 1, 0, 1, 0, 0, 11);
        Assert.Equal(Enumerable.Range(0, 4).Select(choice => Alone(prompt, 20, sampling with { Seed = 11 + (ulong)choice })), texts);

        var workers = await Task.WhenAll(Enumerable.Range(0, 2).Select(
            index => services.GetRequiredService<IGrains>().Get<IWorkerGrain>($"w{index}").GetStatusAsync()));
        var busy = Assert.Single(workers, status => status.RequestsTotal > 0);
        Assert.Equal((4L, 4L * 300), (busy.RequestsTotal, busy.PromptTokensTotal));

        // Each further choice computes the last token anew, for its own first token is sampled from it.
        Assert.Equal(300 + 3, busy.PromptTokensTotal - busy.CachedTokensTotal);
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_no_block_in_use()
    {
        await using var services = GrainFleet.Services(new FleetEngines());
        await using var host = await GrainFleet.StartAsync(services, workers: 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent("""{"model":"tiny","prompt":"Hi","max_tokens":3000,"stream":true}"""),
        };
        var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var worker = services.GetRequiredService<IGrains>().Get<IWorkerGrain>("w0");
        response.Dispose();
        await Wait.UntilAsync(async () => await worker.GetStatusAsync() is { RunningRequests: 0, WaitingRequests: 0 } s && s.FreeBlocks == s.TotalBlocks, "the blocks are free");
    }

    private static async Task<(string Text, int Cached)> CompleteAsync(ApiHost host, int[] prompt, int maxTokens)
    {
        using var response = await host.PostAsync(
            "/v1/completions", $$"""{"model":"tiny","prompt":{{JsonSerializer.Serialize(prompt)}},"max_tokens":{{maxTokens}},"temperature":0}""");
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.True(response.IsSuccessStatusCode, body.RootElement.ToString());
        return (
            body.RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!,
            body.RootElement.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
    }

    private static string Alone(int[] prompt, int maxTokens, SamplingOptions? sampling = null)
    {
        var command = new GenerateCommand(
            new RequestId("alone"), [.. prompt], maxTokens, [ByteTokenizer.End], sampling ?? SamplingOptions.Greedy);
        return new ByteTokenizer().Decode([.. AloneGenerator.Generate(command, Vocabulary, 4096).Tokens]);
    }
}
