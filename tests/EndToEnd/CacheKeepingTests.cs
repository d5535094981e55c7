using System.Text.Json;
using System.Text.Json.Nodes;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.EndToEnd;

/// <summary>What stays cached in a cache of 64 blocks when more comes than it holds: what is pinned, and what is dear to compute again.</summary>
public sealed class CacheKeepingTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>64 blocks of 16 tokens of the embedded model, at 23,040 bytes a token.</summary>
    private const string Gib = "0.022";

    private readonly string _folder = Directory.CreateTempSubdirectory("preble-costs-").FullName;
    private readonly SeededRandom _random = new(11);

    [Fact]
    public async Task A_pinned_prefix_outlasts_what_evicts_a_younger_one()
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--kv-gib", Gib);
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var (pinned, plain) = (Prompt(160), Prompt(160));
        await AskAsync(http, pinned, ",\"cache_pin_seconds\":600");
        await AskAsync(http, plain);
        Assert.Equal((159, 159), (await AskAsync(http, pinned), await AskAsync(http, plain)));

        // 88 blocks: more than there are.
        for (var i = 0; i < 8; i++)
        {
            await AskAsync(http, Prompt(160));
        }

        var kept = (Pinned: await AskAsync(http, pinned), Plain: await AskAsync(http, plain));
        output.WriteLine($"measured: of 160 tokens {kept.Pinned} are cached where they were pinned, {kept.Plain} where not");
        Assert.Equal((159, 0), kept);
    }

    [Fact]
    public async Task Eviction_by_cost_keeps_a_long_prefix_where_last_use_gives_it_up_for_short_ones()
    {
        var byLastUse = await KeptOfALongPrefixAsync("lru");

        // What the first process has measured, but with a cost of context as on a long one's scale: then noise does not decide.
        var file = Assert.Single(Directory.GetFiles(_folder, "*.json"));
        var costs = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        costs["prefill_seconds_per_token_context"] = (double)costs["prefill_seconds_per_token"]! / 50;
        await File.WriteAllTextAsync(file, costs.ToJsonString());
        var byCost = await KeptOfALongPrefixAsync("cost");
        output.WriteLine($"measured: of a prefix of 480 tokens {byLastUse} are still cached by last use, {byCost} by cost");
        Assert.InRange(byLastUse, 0, 400);
        Assert.InRange(byCost, 464, 480);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A prefix of 30 blocks, then 48 blocks of short ones: 14 too many.</summary>
    private async Task<int> KeptOfALongPrefixAsync(string eviction)
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--kv-gib", Gib, "--eviction", eviction, "--calibration-cache", _folder);
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var dear = Prompt(480);
        await AskAsync(http, dear);
        for (var i = 0; i < 24; i++)
        {
            await AskAsync(http, Prompt(32));
        }

        return await AskAsync(http, [.. dear, 5]);
    }

    private int[] Prompt(int tokens) => [.. Enumerable.Range(0, tokens).Select(_ => _random.Between(1000, 40000))];

    /// <summary>One token for the prompt; how many of the prompt's were cached.</summary>
    private static async Task<int> AskAsync(HttpClient http, int[] prompt, string fields = "")
    {
        using var response = await Rest.PostAsync(
            http, "/v1/completions", $$"""{"model":"{{ServerFixture.Model}}","prompt":{{JsonSerializer.Serialize(prompt)}},"max_tokens":1{{fields}}}""");
        var body = await Rest.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, body.ToString());
        return body.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
    }
}
