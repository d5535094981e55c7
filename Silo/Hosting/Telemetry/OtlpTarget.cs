using Microsoft.Extensions.Configuration;

namespace Preble.Hosting.Telemetry;

/// <summary>
/// A collector, as OpenTelemetry's own variables name it, or our option in their place. The variables keep their meaning: headers, protocol,
/// time-outs, sampler, intervals.
/// </summary>
public sealed class OtlpTarget
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const int GrpcPort = 4317;

    private static readonly string[] EndpointVariables = [Endpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    private OtlpTarget(IConfiguration settings, string address) => (Settings, Address) = (settings, address);

    /// <summary>The variables, with the option in its place.</summary>
    public IConfiguration Settings { get; }

    /// <summary>Where to, for people.</summary>
    public string Address { get; }

    /// <param name="option">What the command line says; null for nothing.</param>
    /// <param name="variables">The environment.</param>
    /// <returns>Null when neither names a collector.</returns>
    /// <exception cref="StartException">What names it is no address.</exception>
    public static OtlpTarget? Of(string? option, IConfiguration variables)
    {
        var address = option ?? EndpointVariables.Select(name => variables[name]).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        if (address is null)
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            var source = option is null ? Endpoint : "--otlp-endpoint";
            throw new StartException($"{source} must be an http address like http://collector:4318, not '{address}'.");
        }

        var settings = new ConfigurationBuilder().AddConfiguration(variables);
        var ours = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (option is not null)
        {
            ours[Endpoint] = option;
        }

        // The specification's default; the SDK's own is gRPC everywhere, which fails at the usual port for HTTP without a word.
        if (string.IsNullOrWhiteSpace(variables[Protocol]))
        {
            ours[Protocol] = uri.Port == GrpcPort ? "grpc" : "http/protobuf";
        }

        return new OtlpTarget(settings.AddInMemoryCollection(ours).Build(), $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath.TrimEnd('/')}");
    }
}
