using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Preble.Benchmarks.Fleet;

/// <summary>One streamed chat, timed from here as a client would.</summary>
/// <param name="FirstTokenSeconds">From before the request is sent to the first event with text.</param>
/// <param name="Events">Events with text.</param>
internal sealed record Chat(double FirstTokenSeconds, int Events)
{
    private const string Data = "data: ";
    private const string Done = "data: [DONE]";

    /// <exception cref="InvalidOperationException">The answer is an error, or has no text.</exception>
    public static async Task<Chat> AskAsync(HttpClient http, string question, int tokens, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(new
        {
            model = "smollm2-135m-instruct",
            messages = new[] { new { role = "user", content = question } },
            max_tokens = tokens,
            temperature = 0,
            stream = true,
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        var (start, first, events) = (Stopwatch.GetTimestamp(), 0.0, 0);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await lines.ReadLineAsync(cancellation) is { } line && line != Done)
        {
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"The server answers {(int)response.StatusCode}: {line}");
            }

            if (!HasText(line))
            {
                continue;
            }

            events++;
            first = first > 0 ? first : Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return events > 0 ? new Chat(first, events) : throw new InvalidOperationException("The server's answer has no text.");
    }

    /// <summary>Without a parser, for what is timed is the server: a delta with text that is not empty.</summary>
    private static bool HasText(string line) =>
        line.StartsWith(Data, StringComparison.Ordinal) && line.Contains("\"content\":\"", StringComparison.Ordinal)
        && !line.Contains("\"content\":\"\"", StringComparison.Ordinal);
}
