using Preble.Hosting.Metrics;

namespace Preble.Api.Endpoints;

/// <summary>All metrics of this process as Prometheus text.</summary>
internal sealed class MetricsEndpoint(PrometheusText text)
{
    public async Task WriteAsync(HttpContext context)
    {
        var metrics = await text.RenderAsync(context.RequestAborted);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(metrics, context.RequestAborted);
    }
}
