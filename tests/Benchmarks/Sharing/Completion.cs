using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Preble.Benchmarks.Sharing;

/// <summary>One streamed completion of token ids at temperature 0, timed from here as a client would.</summary>
/// <param name="FirstTokenSeconds">From before the request is sent to the first event with a choice.</param>
/// <param name="Computed">Prompt tokens that were not cached.</param>
internal sealed record Completion(string Text, double FirstTokenSeconds, int Computed, int OutputTokens)
{
    private const string Data = "data: ";
    private const string Done = "data: [DONE]";

    /// <exception cref="InvalidOperationException">The answer is an error, or has no usage.</exception>
    public static async Task<Completion> AskAsync(HttpClient http, string model, int[] prompt, int tokens, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(new
        {
            model,
            prompt,
            max_tokens = tokens,
            temperature = 0,
            stream = true,
            stream_options = new { include_usage = true },
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var start = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        var (text, first) = (new StringBuilder(), 0.0);
        while (await lines.ReadLineAsync(cancellation) is { } line && line != Done)
        {
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"The server answers {(int)response.StatusCode}: {line}");
            }

            if (!line.StartsWith(Data, StringComparison.Ordinal))
            {
                continue;
            }

            var arrived = Stopwatch.GetElapsedTime(start).TotalSeconds;
            using var json = JsonDocument.Parse(line.AsMemory(Data.Length));
            var choices = json.RootElement.GetProperty("choices");
            if (choices.GetArrayLength() > 0)
            {
                first = first > 0 ? first : arrived;
                text.Append(choices[0].GetProperty("text").GetString());
            }

            if (json.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
            {
                var cached = usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
                return new Completion(text.ToString(), first, usage.GetProperty("prompt_tokens").GetInt32() - cached, usage.GetProperty("completion_tokens").GetInt32());
            }
        }

        throw new InvalidOperationException("The server's answer has no usage.");
    }
}
