using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Kubernetes;

/// <summary>
/// The API server of the Kubernetes that this process' pod runs in, asked for the fleet's pods with the rights of the pod's account: to list pods is
/// all it takes. One call at a time.
/// </summary>
internal sealed class ApiServer : IPods, IDisposable
{
    /// <summary>Where every pod finds its account's token, and the certificate of the authority that the API server's is from.</summary>
    public const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const int MaxAnswerBytes = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Uri _pods;
    private readonly string _account;
    private HttpClient? _client;

    /// <param name="server">Such as https://10.96.0.1:443.</param>
    /// <param name="account">The folder with <c>token</c> and <c>ca.crt</c>.</param>
    public ApiServer(Uri server, string account, string podNamespace, FleetOptions fleet)
    {
        var labels = Uri.EscapeDataString($"orleans/serviceId={fleet.ServiceId},orleans/clusterId={fleet.ClusterId}");
        (_account, _pods) = (account, new Uri(server, $"/api/v1/namespaces/{Uri.EscapeDataString(podNamespace)}/pods?labelSelector={labels}"));
    }

    /// <exception cref="StartException">This process does not run in a pod.</exception>
    public static ApiServer OfThisPod(FleetOptions fleet)
    {
        var (host, port) = (Variable("KUBERNETES_SERVICE_HOST"), Variable("KUBERNETES_SERVICE_PORT"));
        return int.TryParse(port, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and <= IPEndPoint.MaxPort
            ? new ApiServer(new UriBuilder(Uri.UriSchemeHttps, host, number).Uri, AccountFolder, Variable("POD_NAMESPACE"), fleet)
            : throw new StartException($"--kubernetes: KUBERNETES_SERVICE_PORT must be a port, not '{port}'.");
    }

    public async Task<IReadOnlyList<Pod>> ListAsync(CancellationToken cancellation)
    {
        try
        {
            _client ??= Connect();
            return PodListJson.Read(await AskAsync(_client, cancellation));
        }
        catch (Exception failure) when (Reason(failure, cancellation) is { } reason)
        {
            // The authority may have changed: its certificate is read again with the next connection.
            Dispose();
            throw new PodsUnknownException(reason, failure);
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _client = null;
    }

    private async Task<byte[]> AskAsync(HttpClient client, CancellationToken cancellation)
    {
        // Tokens are short-lived, and the file is replaced in time.
        var token = await File.ReadAllTextAsync(Path.Combine(_account, "token"), cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, _pods);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await client.SendAsync(request, cancellation);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsByteArrayAsync(cancellation)
            : throw new PodsUnknownException($"it answers with status {(int)answer.StatusCode}");
    }

    private HttpClient Connect()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Path.Combine(_account, "ca.crt"));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
            AllowAutoRedirect = false,
            UseProxy = false,
        };
        return new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    /// <summary>Null for what is no failure to learn the pods.</summary>
    private static string? Reason(Exception failure, CancellationToken cancellation) => failure switch
    {
        OperationCanceledException => cancellation.IsCancellationRequested ? null : $"it does not answer within {Patience.TotalSeconds} s",
        PodsUnknownException => failure.Message,
        HttpRequestException { InnerException: AuthenticationException cause } => $"{failure.Message} {cause.Message}",
        HttpRequestException => failure.Message,
        IOException or UnauthorizedAccessException or CryptographicException => $"the pod's account cannot be read: {failure.Message}",
        FormatException => "the pod's account holds no token",
        _ => null,
    };

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value
        : throw new StartException($"--kubernetes: this process does not run in a pod of ours, for the variable {name} is not set.");
}
