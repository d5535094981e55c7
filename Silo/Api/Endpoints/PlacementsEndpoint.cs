using Preble.Actors;
using Preble.Api.Wire;
using Preble.Core.Placement.Sharding;

namespace Preble.Api.Endpoints;

/// <summary>Explains where requests went: the last decisions of all schedulers, and those about one request.</summary>
internal sealed class PlacementsEndpoint(IGrains grains, SchedulerShards shards, ApiModels models, TimeProvider time)
{
    /// <summary>The latest first.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (PlacementRequest.Read(context.Request.Query, out var filter) is { } error)
        {
            await ApiErrorWriter.WriteAsync(context, error);
            return;
        }

        var placements = await AskAsync(async scheduler => await scheduler.GetPlacementsAsync(filter));
        await WriteAsync(context, [.. placements.OrderBy(entry => entry.AgeSeconds).Take(filter.Count)]);
    }

    /// <summary>The first first: a request that was moved has several.</summary>
    public async Task OneAsync(HttpContext context)
    {
        var text = (string)context.Request.RouteValues["id"]!;
        var placements = PlacementRequest.Id(text) is { } id ? await AskAsync(async scheduler => await scheduler.FindPlacementsAsync(id)) : [];
        await (placements.Count > 0
            ? WriteAsync(context, [.. placements.OrderByDescending(entry => entry.AgeSeconds)])
            : ApiErrorWriter.WriteAsync(context, ApiErrors.UnknownPlacement(text)));
    }

    private async Task<List<PlacementEntry>> AskAsync(Func<ISchedulerGrain, Task<IEnumerable<PlacementRecord>>> ask)
    {
        var now = time.GetUtcNow();
        var schedulers = models.All.SelectMany(model => shards.Keys(model.Id).Select(key => (Model: model.Id, Grain: grains.Get<ISchedulerGrain>(key))));
        var found = await Task.WhenAll(schedulers.Select(async scheduler =>
            (await ask(scheduler.Grain)).Select(record => PlacementMapping.Entry(record, scheduler.Model, now))));
        return [.. found.SelectMany(entries => entries)];
    }

    private static Task WriteAsync(HttpContext context, IReadOnlyList<PlacementEntry> placements) =>
        context.Response.WriteAsJsonAsync(new PlacementList("list", placements), ApiJson.Wire.PlacementList);
}
