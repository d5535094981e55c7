using Preble.Actors;

namespace Preble.Api.Endpoints;

/// <summary>The workers of this process, for its probes. Empty where it has none.</summary>
internal sealed record OwnWorkers(IReadOnlyList<WorkerId> Ids);

/// <summary>The probes of a process without a front-end: ready while all of its workers serve and it is not draining.</summary>
internal sealed class SiloHealthEndpoint(IGrains grains, OwnWorkers workers, RequestGate gate)
{
    public Task LiveAsync(HttpContext context) => HealthEndpoint.WriteAsync(context, StatusCodes.Status200OK, "live", null);

    public async Task ReadyAsync(HttpContext context)
    {
        if (gate.Draining)
        {
            await HealthEndpoint.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "draining", null);
            return;
        }

        var statuses = await Task.WhenAll(workers.Ids.Select(worker => grains.Get<IWorkerGrain>(worker.Value).GetStatusAsync()));
        var healthy = statuses.Count(status => status.Healthy);
        await (healthy == statuses.Length
            ? HealthEndpoint.WriteAsync(context, StatusCodes.Status200OK, "ready", healthy)
            : HealthEndpoint.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "worker not ready", healthy));
    }
}
