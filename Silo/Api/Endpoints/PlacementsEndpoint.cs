using Preble.Actors;
using Preble.Api.Wire;
using Preble.Core.Placement.Sharding;

namespace Preble.Api.Endpoints;

/// <summary>Explains where requests went: the last decisions of all schedulers, and those about one request.</summary>
internal sealed class PlacementsEndpoint(IGrains grains, SchedulerShards shards, ApiModels models, ContactOptions patience, TimeProvider time)
{
    /// <summary>The latest first.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (PlacementRequest.Read(context.Request.Query, out var filter) is { } error)
        {
            await ApiErrorWriter.WriteAsync(context, error);
            return;
        }

        if (await AskAsync(context, async scheduler => await scheduler.GetPlacementsAsync(filter)) is { } placements)
        {
            await WriteAsync(context, [.. placements.OrderBy(entry => entry.AgeSeconds).Take(filter.Count)]);
        }
    }

    /// <summary>The first first: a request that was moved has several.</summary>
    public async Task OneAsync(HttpContext context)
    {
        var text = (string)context.Request.RouteValues["id"]!;
        var placements = PlacementRequest.Id(text) is { } id ? await AskAsync(context, async scheduler => await scheduler.FindPlacementsAsync(id)) : [];
        await (placements switch
        {
            null => Task.CompletedTask,
            [] => ApiErrorWriter.WriteAsync(context, ApiErrors.UnknownPlacement(text)),
            _ => WriteAsync(context, [.. placements.OrderByDescending(entry => entry.AgeSeconds)]),
        });
    }

    /// <summary>Null when a scheduler is away, which the client has been told then.</summary>
    private async Task<List<PlacementEntry>?> AskAsync(HttpContext context, Func<ISchedulerGrain, Task<IEnumerable<PlacementRecord>>> ask)
    {
        var now = time.GetUtcNow();
        var schedulers = models.All.SelectMany(model => shards.Keys(model.Id).Select(key => (Model: model.Id, Grain: grains.Get<ISchedulerGrain>(key))));
        var asked = Task.WhenAll(schedulers.Select(async scheduler =>
            (await ask(scheduler.Grain)).Select(record => PlacementMapping.Entry(record, scheduler.Model, now))));
        try
        {
            var found = await asked.WaitAsync(patience.ProbePatience, time, context.RequestAborted);
            return [.. found.SelectMany(entries => entries)];
        }
        catch (Exception away) when (Placer.IsAway(away) && !context.RequestAborted.IsCancellationRequested)
        {
            await ApiErrorWriter.WriteAsync(context, ApiErrors.NoScheduler());
            return null;
        }
    }

    private static Task WriteAsync(HttpContext context, IReadOnlyList<PlacementEntry> placements) =>
        context.Response.WriteAsJsonAsync(new PlacementList("list", placements), ApiJson.Wire.PlacementList);
}
