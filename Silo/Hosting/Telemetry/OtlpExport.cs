using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Preble.Actors.Telemetry;
using Preble.Hosting.Fleet;
using Preble.Hosting.Metrics;

namespace Preble.Hosting.Telemetry;

/// <summary>
/// Sends spans and metrics to a collector, on threads of its own and from bounded queues: when the collector is slow or gone, telemetry is lost and
/// no request waits. Make it before the first request; disposing it sends what is left, for a bounded time.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly ExportWarnings _warnings;
    private readonly TracerProvider _spans;
    private readonly MeterProvider _metrics;

    public OtlpExport(OtlpTarget target, ServeOptions options, ILogger<OtlpExport> log)
    {
        _warnings = new ExportWarnings(target.Address, log);
        var onOrleans = string.Equals(options.Runtime, GrainHost.Orleans, StringComparison.Ordinal);
        var spans = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(target.Settings))
            .SetResourceBuilder(Resource(options))
            .AddSource(Spans.Source.Name)
            .AddOtlpExporter();
        if (onOrleans && options.Telemetry.OrleansSpans)
        {
            spans.AddSource("Microsoft.Orleans.Application");
        }

        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(target.Settings))
            .SetResourceBuilder(Resource(options))
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddMeter(InstrumentNames.Meter, ShownMeters.Runtime)
            .AddOtlpExporter();
        if (onOrleans)
        {
            metrics.AddMeter(ShownMeters.Orleans);
        }

        _spans = spans.Build();
        _metrics = metrics.Build();
    }

    public void Dispose()
    {
        _spans.Dispose();
        _metrics.Dispose();
        _warnings.Dispose();
    }

    /// <summary>The variables come last, for what an operator says of a process counts more than what it thinks of itself.</summary>
    private static ResourceBuilder Resource(ServeOptions options)
    {
        var version = ProcessInstruments.Build().Version;
        var name = options.Fleet.SiloName ?? $"{Environment.MachineName}-{Environment.ProcessId}";
        return ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService("preble", serviceVersion: version, autoGenerateServiceInstanceId: false, serviceInstanceId: name)
            .AddAttributes([new("preble.roles", RoleNames.Format(options.Fleet.Roles))])
            .AddEnvironmentVariableDetector();
    }
}
