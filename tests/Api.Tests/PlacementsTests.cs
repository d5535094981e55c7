using System.Net;
using System.Text.Json;
using Preble.Api.Tests.Fakes;

namespace Preble.Api.Tests;

/// <summary>The decisions of the scheduler, over HTTP: byte for byte, by the names that answers have, and with filters.</summary>
public sealed class PlacementsTests
{
    private static readonly PlacementRecord Placed = new()
    {
        Request = new RequestId("abc-0"), Siblings = [new RequestId("abc-1")], AgeSeconds = 2.5, Policy = "e2", Measure = PlacementMeasure.Seconds,
        Reason = PlacementReason.Exploit, Worker = new WorkerId("w1"), PromptTokens = 40, PromptBlocks = 2, HitTokens = 32, MissedTokens = 8,
        ExpectedOutputTokens = 45, Explanation = "32 of 40 prompt tokens lie on w1.",
        Workers =
        [
            new(new WorkerId("w10"), 0, 0, double.NaN, double.NaN, double.NaN, double.NaN),
            new(new WorkerId("w2"), 16, 1, 0.25, 0, 0.125, 0.375),
            new(new WorkerId("w0"), 0, 0, 0, 0, 0.25, 0.25),
            new(new WorkerId("w1"), 32, 3, 0.5, 0, 0.1234567891234, 0.6234567891234),
        ],
    };

    private static readonly PlacementRecord Refused = new()
    {
        Request = new RequestId("def-0"), AgeSeconds = 1, Policy = "e2", Measure = PlacementMeasure.Seconds, PromptTokens = 40, PromptBlocks = 2,
        Rejection = new Rejection(RejectionReason.QueueFull, "Every worker has 8 requests waiting or running.", 3),
        Explanation = "Refused: Every worker has 8 requests waiting or running.",
    };

    [Fact]
    public async Task The_list_is_the_same_bytes()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains { Placements = [Placed, Refused] });
        GoldenFile.Equal("placements.json", await host.Http.GetByteArrayAsync("/admin/placements"));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("chatcmpl-abc")]
    [InlineData("cmpl-abc")]
    [InlineData("abc-0")]
    public async Task An_answer_leads_to_its_placement_by_id_and_by_header(string id)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains { Placements = [Placed, Refused] });
        var data = JsonDocument.Parse(await host.Http.GetStringAsync($"/admin/placements/{id}")).RootElement.GetProperty("data");
        Assert.Equal("abc-0", Assert.Single(data.EnumerateArray()).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("unknown", "'unknown'")]
    [InlineData("chatcmpl-", "'chatcmpl-'")]
    public async Task What_is_not_remembered_is_404(string id, string part)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains { Placements = [Placed] });
        using var response = await host.Http.GetAsync($"/admin/placements/{id}");
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal((HttpStatusCode.NotFound, "placement_not_found"), (response.StatusCode, error.GetProperty("code").GetString()));
        Assert.Contains(part, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 20, null, null, false)]
    [InlineData("?limit=1000&worker=w3", 1000, "w3", null, false)]
    [InlineData("?reason=decode_heavy", 20, null, PlacementReason.DecodeHeavy, false)]
    [InlineData("?reason=Exploit&limit=1", 1, null, PlacementReason.Exploit, false)]
    [InlineData("?reason=refused", 20, null, null, true)]
    public async Task Filters_reach_the_scheduler(string query, int count, string? worker, PlacementReason? reason, bool refused)
    {
        var grains = new ScriptedGrains();
        await using var host = await ApiHost.StartAsync(grains);
        await host.Http.GetStringAsync("/admin/placements" + query);
        Assert.Equal(new PlacementFilter(count, worker is null ? null : new WorkerId(worker), reason, refused), Assert.Single(grains.Filters));
    }

    [Theory]
    [InlineData("?limit=0", "limit", "from 1 to 1000")]
    [InlineData("?limit=1001", "limit", "from 1 to 1000")]
    [InlineData("?limit=many", "limit", "from 1 to 1000")]
    [InlineData("?limit=-1", "limit", "from 1 to 1000")]
    [InlineData("?limit=", "limit", "from 1 to 1000")]
    [InlineData("?reason=whim", "reason", "exploit, explore, policy")]
    public async Task A_wrong_filter_is_400_and_names_it(string query, string param, string part)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        using var response = await host.Http.GetAsync("/admin/placements" + query);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, param), (response.StatusCode, error.GetProperty("param").GetString()));
        Assert.Contains(part, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_several_models_the_latest_of_all_come_first()
    {
        var other = ApiHost.ModelFacts with { Id = new ModelId("other") };
        await using var host = await ApiHost.StartAsync(new ScriptedGrains { Placements = [Refused, Placed] }, others: other);
        var data = JsonDocument.Parse(await host.Http.GetStringAsync("/admin/placements?limit=3")).RootElement.GetProperty("data");
        Assert.Equal(
            ["def-0 tiny", "def-0 other", "abc-0 tiny"],
            data.EnumerateArray().Select(entry => $"{entry.GetProperty("id")} {entry.GetProperty("model")}"));
    }
}
