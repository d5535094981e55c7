using Preble.Actors;
using Preble.Api.Wire;
using Preble.Core.Placement.Sharding;

namespace Preble.Api.Endpoints;

/// <summary>The probes of an orchestrator: live while the process answers at all, ready while requests for every model will be served.</summary>
internal sealed class HealthEndpoint(
    IGrains grains, SchedulerShards shards, ApiModels models, RequestGate gate, ContactOptions patience, TimeProvider time)
{
    public Task LiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "live", null);

    public async Task ReadyAsync(HttpContext context)
    {
        if (gate.Draining)
        {
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "draining", null);
            return;
        }

        int[] healthy;
        try
        {
            // A probe that waits for a dead process would be taken for one of a dead process.
            healthy = await Task.WhenAll(models.All.Select(HealthyWorkersAsync)).WaitAsync(patience.ProbePatience, time, context.RequestAborted);
        }
        catch (Exception away) when (Placer.IsAway(away) && !context.RequestAborted.IsCancellationRequested)
        {
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "no scheduler", null);
            return;
        }

        await (healthy.All(count => count > 0)
            ? WriteAsync(context, StatusCodes.Status200OK, "ready", healthy.Sum())
            : WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "no worker", healthy.Sum()));
    }

    /// <summary>As many as every shard knows: a request may go to any.</summary>
    private async Task<int> HealthyWorkersAsync(ApiModel model)
    {
        var fleets = await Task.WhenAll(shards.Keys(model.Id).Select(key => grains.Get<ISchedulerGrain>(key).GetFleetAsync()));
        return fleets.Min(fleet => fleet.Workers.Count(worker => worker.Healthy));
    }

    public static Task WriteAsync(HttpContext context, int status, string word, int? healthyWorkers)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new HealthResponse(word, healthyWorkers), ApiJson.Wire.HealthResponse);
    }
}
