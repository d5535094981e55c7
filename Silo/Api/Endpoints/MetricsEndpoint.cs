using Preble.Hosting.Metrics;

namespace Preble.Api.Endpoints;

/// <summary>All metrics of this process as text for Prometheus, in the format that the reader likes best.</summary>
internal sealed class MetricsEndpoint(PrometheusText text)
{
    private const string OpenMetrics = "application/openmetrics-text";
    private const string Plain = "text/plain";

    public async Task WriteAsync(HttpContext context)
    {
        var format = Preferred(context.Request);
        var metrics = await text.RenderAsync(format, context.RequestAborted);
        context.Response.ContentType = PrometheusText.ContentType(format);
        await context.Response.WriteAsync(metrics, context.RequestAborted);
    }

    /// <summary>Plain text for whoever does not say, and for whoever likes both as much.</summary>
    private static PrometheusFormat Preferred(HttpRequest request)
    {
        var (open, plain) = (0.0, 0.0);
        foreach (var accepted in request.GetTypedHeaders().Accept)
        {
            var quality = accepted.Quality ?? 1;
            open = accepted.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase) ? Math.Max(open, quality) : open;
            plain = accepted.MediaType.Equals(Plain, StringComparison.OrdinalIgnoreCase) ? Math.Max(plain, quality) : plain;
        }

        return open > plain ? PrometheusFormat.OpenMetrics : PrometheusFormat.Plain;
    }
}
