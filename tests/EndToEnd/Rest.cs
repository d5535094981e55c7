using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Preble.EndToEnd;

/// <summary>Plain HTTP requests, for what a client library would hide.</summary>
internal static class Rest
{
    public static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string json, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return body.RootElement.Clone();
    }

    /// <summary>A raw completion at temperature 0: its text, and how many prompt tokens were cached.</summary>
    public static async Task<(string Text, int Cached, int Prompt)> CompleteAsync(HttpClient http, string promptJson, int maxTokens)
    {
        var json = $$"""{"model":"{{ServerFixture.Model}}","prompt":{{promptJson}},"max_tokens":{{maxTokens}},"temperature":0}""";
        using var response = await PostAsync(http, "/v1/completions", json);
        var body = await JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, body.ToString());
        var usage = body.GetProperty("usage");
        return (
            body.GetProperty("choices")[0].GetProperty("text").GetString()!,
            usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32(),
            usage.GetProperty("prompt_tokens").GetInt32());
    }

    /// <summary>Starts a stream that will go on for long, and returns when its first event is there.</summary>
    public static async Task<(HttpResponseMessage Response, StreamReader Reader)> LongStreamAsync(
        HttpClient http, int maxTokens, CancellationToken cancellation = default)
    {
        var json = $$"""{"model":"{{ServerFixture.Model}}","prompt":"1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,","max_tokens":{{maxTokens}},"temperature":0,"stream":true}""";
        var response = await PostAsync(http, "/v1/completions", json, cancellation);
        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        Assert.StartsWith("data: ", await reader.ReadLineAsync(cancellation), StringComparison.Ordinal);
        return (response, reader);
    }

    /// <summary>The sum of a metric over its labels.</summary>
    public static async Task<double> MetricAsync(HttpClient http, string name)
    {
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var lines = Regex.Matches(text, $@"^{name}(?:\{{[^}}]*\}})? (?<value>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(lines.Count > 0, $"no metric {name} in:\n{text}");
        return lines.Sum(line => double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture));
    }
}
