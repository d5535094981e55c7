using Microsoft.Extensions.DependencyInjection;

namespace Preble.Hosting.Telemetry;

/// <summary>Puts the export into the services where there is a collector.</summary>
internal static class ExportServices
{
    /// <summary>The host asks for <see cref="OtlpExport"/> before it starts.</summary>
    public static IServiceCollection AddPrebleExport(this IServiceCollection services, TelemetryOptions options)
    {
        if (options.Otlp is { } target)
        {
            services.AddSingleton(target);
            services.AddSingleton<OtlpExport>();
        }

        return services;
    }
}
