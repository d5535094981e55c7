using System.Text.Json;

namespace Preble.EndToEnd;

/// <summary>Many conversations streamed at one time, read to the last event as a client without a library reads them.</summary>
public sealed class StreamingTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int Streams = 64;

    [Fact]
    public async Task Sixty_four_streamed_conversations_at_one_time_give_what_each_gives_alone()
    {
        var questions = Enumerable.Range(0, Streams).Select(i => $"What comes after {(i * 7) + 1}, {(i * 7) + 2}, {(i * 7) + 3}?").ToList();

        // All are open before the first is read, so that none has the server for itself.
        var responses = await Task.WhenAll(questions.Select(OpenAsync));
        var together = await Task.WhenAll(responses.Select(ReadAsync));

        var differences = new List<string>();
        for (var i = 0; i < Streams; i++)
        {
            var alone = await ReadAsync(await OpenAsync(questions[i]));
            if (alone != together[i])
            {
                differences.Add($"{questions[i]}: alone {alone}, together {together[i]}");
            }
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
        Assert.True(together.Select(answer => answer.Text).Distinct(StringComparer.Ordinal).Count() > Streams / 2, "the answers should differ by question");
    }

    private async Task<HttpResponseMessage> OpenAsync(string question)
    {
        var json = $$"""
            {"model":"{{ServerFixture.Model}}","messages":[{"role":"user","content":"{{question}}"}],"max_tokens":12,"temperature":0,"stream":true}
            """;
        var response = await Rest.PostAsync(server.Http, "/v1/chat/completions", json);
        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
        return response;
    }

    /// <summary>The text and the finish reason of a stream, which ends with [DONE] and nothing after it.</summary>
    private static async Task<(string Text, string? Finish)> ReadAsync(HttpResponseMessage response)
    {
        using var _ = response;
        var body = await response.Content.ReadAsStringAsync();
        var events = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", events[^1]);
        var (text, finishes) = ("", new List<string?>());
        foreach (var line in events[..^1])
        {
            using var chunk = JsonDocument.Parse(line["data: ".Length..]);
            var choice = chunk.RootElement.GetProperty("choices")[0];
            if (choice.GetProperty("delta").TryGetProperty("content", out var content))
            {
                text += content.GetString();
            }

            if (choice.TryGetProperty("finish_reason", out var finish) && finish.ValueKind != JsonValueKind.Null)
            {
                finishes.Add(finish.GetString());
            }
        }

        Assert.Contains(Assert.Single(finishes), new[] { "stop", "length" });
        return (text, finishes[0]);
    }
}
