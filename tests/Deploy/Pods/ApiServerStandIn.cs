using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Preble.Deploy.Pods;

/// <summary>An API server on a loopback port, with a certificate of an authority of its own, and the folder that a pod finds its account in.</summary>
internal sealed class ApiServerStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _certificate;

    private ApiServerStandIn()
    {
        (_authority, _certificate) = Certificates();
        Trust(_authority);
        Token("first");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port => port.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Account { get; } = Directory.CreateTempSubdirectory("preble-account-").FullName;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What it answers with.</summary>
    public string Body { get; set; } = """{"kind":"PodList","metadata":{},"items":[]}""";

    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>Path and query, and the token, of each request.</summary>
    public List<(string Target, string? Token)> Asked { get; } = [];

    public static async Task<ApiServerStandIn> StartAsync()
    {
        var server = new ApiServerStandIn();
        await server._app.StartAsync();
        return server;
    }

    public void Token(string token) => File.WriteAllText(Path.Combine(Account, "token"), token + "\n");

    /// <summary>Puts another authority's certificate into the account's folder.</summary>
    public void TrustSomebodyElse()
    {
        var (authority, certificate) = Certificates();
        Trust(authority);
        authority.Dispose();
        certificate.Dispose();
    }

    public void TrustAgain() => Trust(_authority);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _authority.Dispose();
        _certificate.Dispose();
        Directory.Delete(Account, recursive: true);
    }

    private void Trust(X509Certificate2 authority) => File.WriteAllText(Path.Combine(Account, "ca.crt"), authority.ExportCertificatePem());

    private async Task AnswerAsync(HttpContext context)
    {
        Asked.Add(($"{context.Request.Path}{context.Request.QueryString}", context.Request.Headers.Authorization));
        context.Response.StatusCode = Status;
        await context.Response.WriteAsync(Body);
    }

    private static (X509Certificate2 Authority, X509Certificate2 Server) Certificates()
    {
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=an authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var root = authority.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=api", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var bare = server.Create(root, from, to, [1, 2, 3]);
        return (root, bare.CopyWithPrivateKey(key));
    }
}
