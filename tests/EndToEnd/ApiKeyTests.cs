using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

namespace Preble.EndToEnd;

/// <summary>A server with keys, as its clients meet it; and the probe that needs none.</summary>
public sealed class ApiKeyTests : IAsyncLifetime
{
    private const string Key = "sk-0123456789abcdef";

    private readonly string _file = Path.GetTempFileName();
    private PrebleProcess _process = null!;
    private Uri _address = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_file, $"{Key} us");
        (_process, _address) = await PrebleProcess.ServeAsync("--host", "0.0.0.0", "--api-keys-file", _file);
    }

    public async Task DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public async Task The_official_client_gets_in_with_the_key_and_not_without()
    {
        ChatCompletion answer = await Client(Key).CompleteChatAsync([new UserChatMessage("Hi")], new ChatCompletionOptions { MaxOutputTokenCount = 2 });
        Assert.Equal(2, answer.Usage.OutputTokenCount);
        var failure = await Assert.ThrowsAsync<ClientResultException>(() => Client("sk-another").CompleteChatAsync([new UserChatMessage("Hi")]));
        Assert.Equal(401, failure.Status);
        Assert.DoesNotContain("no API keys", _process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, _process.Errors + _process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_probe_says_ready_without_a_key_and_fails_where_nobody_answers()
    {
        var (code, output, errors) = await PrebleProcess.RunAsync(null, "health", "--ready", "--url", $"http://127.0.0.1:{_address.Port}");
        Assert.True(code == 0, errors);
        Assert.Contains("ready", output, StringComparison.Ordinal);
        (code, _, errors) = await PrebleProcess.RunAsync(null, "health", "--url", "http://127.0.0.1:1");
        Assert.Equal((1, "preble: no server answers at http://127.0.0.1:1."), (code, errors.Trim()));
    }

    private ChatClient Client(string key) => new OpenAIClient(
        new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri($"http://127.0.0.1:{_address.Port}/v1") }).GetChatClient(ServerFixture.Model);
}
