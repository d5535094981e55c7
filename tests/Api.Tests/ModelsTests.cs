using System.Net;
using System.Text.Json;
using Preble.Api.Tests.Fakes;

namespace Preble.Api.Tests;

/// <summary>Several models behind one front-end: each request goes to the scheduler and the sizes of its own.</summary>
public sealed class ModelsTests
{
    private static readonly ApiModel Other = ApiHost.ModelFacts with { Id = new ModelId("other"), ContextTokens = 128 };

    [Fact]
    public async Task Each_request_goes_to_the_scheduler_of_its_model_and_is_answered_in_its_name()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "Yes."));
        await using var host = await ApiHost.StartAsync(grains, others: Other);

        foreach (var model in new[] { "tiny", "other" })
        {
            grains.Schedulers.Clear();
            using var response = await host.ChatAsync(Question(model));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(model, (await JsonAsync(response)).GetProperty("model").GetString());
            Assert.NotEmpty(grains.Schedulers);
            Assert.All(grains.Schedulers, key => Assert.Equal(model, key));
        }
    }

    [Fact]
    public async Task A_prompt_that_fits_one_model_may_be_too_long_for_another()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "Yes."));
        await using var host = await ApiHost.StartAsync(grains, others: Other);
        using var fits = await host.ChatAsync(Question("tiny", new string('a', 150)));
        using var tooLong = await host.ChatAsync(Question("other", new string('a', 150)));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (fits.StatusCode, tooLong.StatusCode));
    }

    [Fact]
    public async Task All_models_are_listed_and_an_unknown_one_is_told_which_there_are()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains(), others: Other);
        var list = JsonDocument.Parse(await host.Http.GetStringAsync("/v1/models")).RootElement.GetProperty("data");
        Assert.Equal(["tiny", "other"], list.EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!));

        using var response = await host.ChatAsync(Question("third"));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("'tiny', 'other'", (await JsonAsync(response)).GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task What_a_client_calls_a_model_that_is_not_served_never_becomes_a_label()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains(), others: Other);

        // The first scrape starts the count.
        await host.Http.GetStringAsync("/metrics");
        using var response = await host.ChatAsync(Question("third"));
        var metrics = await host.Http.GetStringAsync("/metrics");
        Assert.Contains("model=\"(unknown)\"", metrics);
        Assert.DoesNotContain("third", metrics);
    }

    private static string Question(string model, string text = "Is it?") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}],"max_tokens":8}""";

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
