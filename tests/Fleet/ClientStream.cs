using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Preble.FleetProcesses;

/// <summary>A streamed completion at temperature 0 as its client sees it. It is read from the moment it is open.</summary>
internal sealed class ClientStream : IDisposable
{
    private const string DataField = "data: ";

    private readonly HttpResponseMessage _response;
    private readonly StringBuilder _text = new();

    private ClientStream(HttpResponseMessage response)
    {
        _response = response;
        Worker = response.Headers.GetValues("x-preble-worker").Single();
        End = ReadAsync();
    }

    /// <summary>The worker it was begun at.</summary>
    public string Worker { get; }

    /// <summary>Its text, once the last event is there.</summary>
    /// <exception cref="InvalidDataException">It ended with an error, or without a word.</exception>
    public Task<string> End { get; }

    public bool HasEnded => End.IsCompleted;

    /// <summary>The longest time between two events.</summary>
    public TimeSpan LongestPause { get; private set; }

    /// <summary>Returns when the answer has begun.</summary>
    public static async Task<ClientStream> OpenAsync(HttpClient gateway, string prompt, int maxTokens)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/completions", UriKind.Relative))
        {
            Content = JsonContent.Create(new { model = Completion.Model, prompt, max_tokens = maxTokens, temperature = 0, stream = true }),
        };
        var response = await gateway.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {prompt}");
        return new ClientStream(response);
    }

    /// <summary>Returns when all have begun.</summary>
    public static Task<ClientStream[]> OpenAllAsync(HttpClient gateway, IEnumerable<string> prompts, int maxTokens) =>
        Task.WhenAll(prompts.Select(prompt => OpenAsync(gateway, prompt, maxTokens)));

    /// <summary>The client goes away.</summary>
    public void Dispose() => _response.Dispose();

    private async Task<string> ReadAsync()
    {
        using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync());
        var last = Stopwatch.GetTimestamp();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(DataField, StringComparison.Ordinal))
            {
                continue;
            }

            var pause = Stopwatch.GetElapsedTime(last);
            LongestPause = pause > LongestPause ? pause : LongestPause;
            last = Stopwatch.GetTimestamp();
            if (line == DataField + "[DONE]")
            {
                return _text.ToString();
            }

            using var chunk = JsonDocument.Parse(line[DataField.Length..]);
            if (!chunk.RootElement.TryGetProperty("choices", out var choices))
            {
                throw new InvalidDataException($"the stream of {Worker} ended with {line}");
            }

            _text.Append(choices.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } choice ? choice.GetProperty("text").GetString() : null);
        }

        throw new InvalidDataException($"the stream of {Worker} broke after '{_text}'");
    }
}
