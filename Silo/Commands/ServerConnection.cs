using System.CommandLine;
using System.Net;
using Preble.Client;

namespace Preble.Commands;

/// <summary>The server a verb talks to: one that runs, or one of its own in this process when none does.</summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    /// <summary>The key for a server that asks for one. No option: what stands in a list of processes is no secret.</summary>
    public const string KeyVariable = "PREBLE_API_KEY";

    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(1);

    private readonly PrebleServer? _own;

    private ServerConnection(string address, PrebleServer? own) => (Address, _own) = (address, own);

    public string Address { get; }

    public bool IsOwn => _own is not null;

    public static Option<string?> UrlOption() => new("--url")
    {
        HelpName = "URL",
        Description = $"A running server. Default: the one at port {ServeCommand.DefaultPort} if it answers, else one in this process.",
    };

    /// <exception cref="CommandFailure">The named server does not answer, or none can be started.</exception>
    public static async Task<ServerConnection> OpenAsync(
        string? url, ParseResult arguments, ServerOptions options, CancellationToken cancellation)
    {
        var address = url ?? $"http://127.0.0.1:{ServeCommand.DefaultPort}";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CommandFailure($"--url must be an http address, not '{address}'.");
        }

        if (await AnswersAsync(uri, cancellation))
        {
            return new ServerConnection(address, null);
        }

        if (url is not null)
        {
            throw new CommandFailure($"no server answers at {url}.");
        }

        var place = new IPEndPoint(IPAddress.Loopback, 0);
        var own = await PrebleServer.StartAsync(options.Read(arguments), place, drainTime: TimeSpan.Zero, Api.ApiKeySource.None, cancellation);
        return new ServerConnection(own.Address, own);
    }

    public PrebleChatClient Client(int retries) => new(new PrebleClientOptions { Endpoint = new Uri(Address), Retries = retries, ApiKey = Key() });

    /// <summary>Null for none.</summary>
    public static string? Key() => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null;

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.StopAsync();
            await _own.DisposeAsync();
        }
    }

    /// <summary>Only a server of ours: something else may hold the port.</summary>
    private static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = ProbeTime };
        try
        {
            using var response = await http.GetAsync(new Uri(address, "/health/live"), cancellation);
            return response.IsSuccessStatusCode && response.Headers.Contains(Api.ApiHeaders.RequestId);
        }
        catch (Exception silence) when (silence is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
