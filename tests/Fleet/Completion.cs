using System.Net.Http.Json;
using System.Text.Json;
using Preble.Testing;

namespace Preble.FleetProcesses;

/// <summary>An answer in one piece, at temperature 0.</summary>
/// <param name="Cached">Prompt tokens that were found cached.</param>
internal sealed record Completion(string Text, int Cached, string Worker)
{
    public const string Model = "smollm2-135m-instruct";

    /// <summary>Prompts with different beginnings whose answers go on for as long as they may.</summary>
    public static string[] Prompts(int count, int first = 0) =>
        [.. Enumerable.Range(first, count).Select(i => $"{(i * 7) + 3}, {(i * 7) + 4}, {(i * 7) + 5} are the first of a list of numbers, and the next ones are")];

    /// <summary>Tokens as no text gives them: nothing else shares their prefix.</summary>
    public static int[] RandomTokens(ulong seed, int count)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Between(1000, 40000))];
    }

    public static Task<Completion> OfAsync(HttpClient http, object prompt, int maxTokens) => PostAsync(
        http, "/v1/completions", new { model = Model, prompt, max_tokens = maxTokens, temperature = 0 }, choice => choice.GetProperty("text"));

    public static Task<Completion> OfChatAsync(HttpClient http, string content, int maxTokens) => PostAsync(
        http,
        "/v1/chat/completions",
        new { model = Model, messages = new[] { new { role = "user", content } }, max_tokens = maxTokens, temperature = 0 },
        choice => choice.GetProperty("message").GetProperty("content"));

    private static async Task<Completion> PostAsync(HttpClient http, string path, object body, Func<JsonElement, JsonElement> text)
    {
        using var response = await http.PostAsJsonAsync(path, body);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {answer}");
        return new Completion(
            text(answer.GetProperty("choices")[0]).GetString()!,
            answer.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32(),
            response.Headers.GetValues("x-preble-worker").Single());
    }
}
