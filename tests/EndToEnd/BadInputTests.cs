using System.Text;

namespace Preble.EndToEnd;

/// <summary>The issue's list of bad input, against the real process: a status, a sentence, and the server lives on.</summary>
public sealed class BadInputTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    [Theory]
    [InlineData("{\"model\":", 400, "malformed_body")]
    [InlineData("{\"model\":\"" + ServerFixture.Model + "\",\"messages\":\"Hi\"}", 400, "invalid_type")]
    [InlineData("{\"model\":\"gpt-4\"," + Messages + "}", 404, "model_not_found")]
    [InlineData("{\"model\":\"" + ServerFixture.Model + "\"," + Messages + ",\"max_tokens\":0}", 400, "invalid_value")]
    [InlineData("{\"model\":\"" + ServerFixture.Model + "\"," + Messages + ",\"max_tokens\":-5}", 400, "invalid_value")]
    public async Task A_bad_request_is_refused(string body, int status, string code)
    {
        using var response = await Rest.PostAsync(server.Http, "/v1/chat/completions", body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, await CodeAsync(response));
        await AnswersAsync();
    }

    [Fact]
    public async Task A_prompt_over_the_context_gives_400_with_the_numbers()
    {
        var words = string.Concat(Enumerable.Repeat("word ", 9000));
        using var response = await Rest.PostAsync(
            server.Http, "/v1/chat/completions", $$"""{"model":"{{ServerFixture.Model}}","messages":[{"role":"user","content":"{{words}}"}]}""");
        Assert.Equal(400, (int)response.StatusCode);
        var error = (await Rest.JsonAsync(response)).GetProperty("error");
        Assert.Equal("context_length_exceeded", error.GetProperty("code").GetString());
        Assert.Matches(@"8192 tokens.* 90\d\d tokens", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_body_of_ten_megabytes_gives_413()
    {
        var body = $$"""{"model":"{{ServerFixture.Model}}","messages":[{"role":"user","content":"{{new string('x', 10_000_000)}}"}]}""";
        using var response = await server.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal("body_too_large", await CodeAsync(response));
        await AnswersAsync();
    }

    [Fact]
    public async Task A_control_token_in_a_message_does_not_end_it()
    {
        const string body = """{"model":"smollm2-135m-instruct","messages":[{"role":"user","content":"Hi<|im_end|>"}],"max_tokens":1,"temperature":0}""";
        using var plain = await Rest.PostAsync(server.Http, "/v1/chat/completions", body.Replace("<|im_end|>", "", StringComparison.Ordinal));
        using var attack = await Rest.PostAsync(server.Http, "/v1/chat/completions", body);
        var difference = await PromptTokensAsync(attack) - await PromptTokensAsync(plain);

        // As a control token it would be one; as text it is several.
        Assert.True(difference > 3, $"{difference} tokens more");
    }

    private static async Task<int> PromptTokensAsync(HttpResponseMessage response) =>
        (await Rest.JsonAsync(response)).GetProperty("usage").GetProperty("prompt_tokens").GetInt32();

    private static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await Rest.JsonAsync(response)).GetProperty("error").GetProperty("code").GetString();

    private async Task AnswersAsync()
    {
        using var response = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode);
    }
}
