using System.Text.Json;
using Xunit.Abstractions;

namespace Preble.EndToEnd;

/// <summary>Guessing ahead in the real program: fewer steps, the same answers, and both the usage and the metrics say what it was worth.</summary>
public sealed class SpeculationTests(ITestOutputHelper output)
{
    /// <summary>As it stands in JSON.</summary>
    private static readonly string Repeats = string.Concat(Enumerable.Repeat("The red fox saw the blue bird.\\n", 8)) + "The red";

    /// <summary>A prompt that repeats itself and one that does not, at temperature 0 and drawn with a seed.</summary>
    private static readonly string[] Requests =
    [
        $$"""{"model":"{{ServerFixture.Model}}","prompt":"{{Repeats}}","max_tokens":60,"temperature":0}""",
        $$"""{"model":"{{ServerFixture.Model}}","prompt":"{{Repeats}}","max_tokens":60,"temperature":0.8,"seed":11}""",
        $$"""{"model":"{{ServerFixture.Model}}","prompt":"{{Repeats}}","max_tokens":60,"temperature":1.2,"top_p":0.95,"seed":12,"presence_penalty":0.2}""",
        $$"""{"model":"{{ServerFixture.Model}}","prompt":"In the year 1666 a","max_tokens":40,"temperature":0}""",
    ];

    [Fact]
    public async Task Guesses_change_no_answer_and_are_counted_in_usage_and_metrics()
    {
        var plain = await AnswersAsync();
        var guessed = await AnswersAsync("--speculate");
        Assert.Equal(plain.Texts, guessed.Texts);
        Assert.All(plain.Guesses, guesses => Assert.Null(guesses));
        Assert.Equal((0, 0), plain.Metrics);

        var (accepted, rejected) = (guessed.Guesses.Sum(g => g?.Accepted ?? 0), guessed.Guesses.Sum(g => g?.Rejected ?? 0));
        output.WriteLine($"measured: {guessed.Guesses[0]} of a greedy answer that repeats its prompt; {accepted} guesses right and {rejected} wrong in all");
        Assert.True(guessed.Guesses[0]!.Value.Accepted >= 20, $"only {guessed.Guesses[0]} for a prompt that repeats itself");
        Assert.True(rejected > 0, "drawn tokens must sometimes be others than those guessed, or this test compares nothing");
        Assert.Equal((accepted + rejected, accepted), guessed.Metrics);
    }

    [Fact]
    public async Task A_stream_has_the_guesses_in_its_usage()
    {
        var (preble, address) = await PrebleProcess.ServeAsync("--speculate", "4");
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        using var response = await Rest.PostAsync(
            http, "/v1/completions", Requests[0].Replace("}", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}", StringComparison.Ordinal));
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        using var last = JsonDocument.Parse(events[^2]["data: ".Length..]);
        Assert.InRange(Guesses(last.RootElement)!.Value.Accepted, 20, 60);
    }

    private static async Task<(string[] Texts, (int Accepted, int Rejected)?[] Guesses, (double Drafted, double Accepted) Metrics)> AnswersAsync(
        params string[] options)
    {
        var (preble, address) = await PrebleProcess.ServeAsync(options);
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        var (texts, guesses) = (new List<string>(), new List<(int, int)?>());
        foreach (var request in Requests)
        {
            using var response = await Rest.PostAsync(http, "/v1/completions", request);
            var body = await Rest.JsonAsync(response);
            Assert.True(response.IsSuccessStatusCode, body.ToString());
            texts.Add(body.GetProperty("choices")[0].GetProperty("text").GetString()!);
            guesses.Add(Guesses(body));
        }

        var metrics = (await Rest.MetricAsync(http, "preble_worker_drafted_tokens_total"), await Rest.MetricAsync(http, "preble_worker_accepted_tokens_total"));
        return ([.. texts], [.. guesses], metrics);
    }

    private static (int Accepted, int Rejected)? Guesses(JsonElement body) =>
        body.GetProperty("usage").TryGetProperty("completion_tokens_details", out var details)
            ? (details.GetProperty("accepted_prediction_tokens").GetInt32(), details.GetProperty("rejected_prediction_tokens").GetInt32())
            : null;
}
