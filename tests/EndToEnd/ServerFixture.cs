using System.ClientModel;
using OpenAI;
using OpenAI.Chat;
using Preble.Client;

namespace Preble.EndToEnd;

/// <summary>One server process with the embedded model, shared by the tests of a class.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public const string Model = "smollm2-135m-instruct";

    private PrebleProcess? _process;

    public Uri Address { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (_process, Address) = await PrebleProcess.ServeAsync();
        Http = NewHttp(Address);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _process!.DisposeAsync();
    }

    public ChatClient OpenAIClient(string model = Model) => new OpenAIClient(
        new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(Address, "/v1") }).GetChatClient(model);

    public PrebleChatClient OurClient() => new(new PrebleClientOptions { Endpoint = Address });

    internal static HttpClient NewHttp(Uri address) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
}
