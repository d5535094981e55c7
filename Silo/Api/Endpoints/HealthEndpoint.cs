using Preble.Actors;
using Preble.Api.Wire;
using Preble.Core.Placement.Sharding;

namespace Preble.Api.Endpoints;

/// <summary>The probes of an orchestrator: live while the process answers at all, ready while requests for every model will be served.</summary>
internal sealed class HealthEndpoint(IGrains grains, SchedulerShards shards, ApiModels models, RequestGate gate)
{
    public Task LiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "live", null);

    public async Task ReadyAsync(HttpContext context)
    {
        if (gate.Draining)
        {
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "draining", null);
            return;
        }

        var healthy = await Task.WhenAll(models.All.Select(HealthyWorkersAsync));
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
