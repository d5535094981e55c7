using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Sockets;
using Orleans.Runtime;
using Preble.Actors;
using Preble.Core.Placement.Sharding;

namespace Preble.Api;

/// <summary>
/// Asks a model's scheduler for a worker, and asks again while the scheduler is away: its process may have died, and it comes up in another. A
/// call that is given up may still be answered late; what it had booked is given back then.
/// </summary>
internal sealed partial class Placer(
    IGrains grains, SchedulerShards shards, WorkerWatch watch, SchedulerNews news, ContactOptions options, TimeProvider time, ILogger<Placer> log)
{
    private readonly ConcurrentDictionary<string, Contact> _contacts = new(StringComparer.Ordinal);

    /// <summary>Workers that this process cannot reach are excluded, too.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<Placed> PlaceAsync(ModelId model, PlacementQuery query, CancellationToken cancellation)
    {
        // By the first name: a prompt without a full block goes by its name, and it shall go to one shard.
        var key = shards.KeyOf(model, query);
        var scheduler = grains.Get<ISchedulerGrain>(key);
        var start = time.GetTimestamp();
        var givesChance = false;
        for (var call = 1; ; call++)
        {
            var lost = givesChance ? [] : watch.Lost;
            var named = Named(query, call) with { Excluded = [.. query.Excluded.Union(lost)] };
            try
            {
                var result = await AskAsync(scheduler, key, named, cancellation);
                if (result.Rejection?.Reason == RejectionReason.NoWorker && lost.Length > 0)
                {
                    // Those that did not answer of late are better than none: they may have been started again.
                    givesChance = true;
                    continue;
                }

                return new Placed(result, scheduler, Names(named));
            }
            catch (Exception failure) when (IsAway(failure))
            {
                cancellation.ThrowIfCancellationRequested();
                if (time.GetElapsedTime(start) >= options.SchedulerPatience)
                {
                    LogGivenUp(failure, model, options.SchedulerPatience.TotalSeconds);
                    return new Placed(null, scheduler, Names(named));
                }

                if (call == 1)
                {
                    LogAway(failure, query.Request, model);
                }
            }

            await Task.Delay(options.SchedulerPause, time, cancellation);
        }
    }

    /// <summary>
    /// True for what a call to a dead, dying or unreachable process ends with, and not for a mistake of ours. A scheduler that ends cancels who
    /// waits there.
    /// </summary>
    public static bool IsAway(Exception failure) =>
        failure is OrleansException or TimeoutException or IOException or SocketException or OperationCanceledException;

    private async Task<PlacementResult> AskAsync(ISchedulerGrain scheduler, string key, PlacementQuery query, CancellationToken cancellation)
    {
        var placing = scheduler.PlaceAsync(query, cancellation);
        while (true)
        {
            try
            {
                return await placing.WaitAsync(options.QuietAfter, time, cancellation);
            }
            catch (TimeoutException quiet)
            {
                if (placing.IsCompleted)
                {
                    // The answer has just come, or the time-out is its own.
                    return await placing;
                }

                // It may wait there for room, which may take long; or nobody is there.
                if (!await AnswersAsync(scheduler, key).WaitAsync(cancellation))
                {
                    _ = GiveBackAsync(placing, scheduler, query);
                    throw new TimeoutException($"The scheduler {key} does not answer.", quiet);
                }
            }
        }
    }

    private Task<bool> AnswersAsync(ISchedulerGrain scheduler, string key) => _contacts.GetOrAdd(
        key, _ => new Contact(scheduler.GetFleetAsync, options with { LostFor = TimeSpan.Zero }, time)).AnswersAsync();

    private async Task GiveBackAsync(Task<PlacementResult> placing, ISchedulerGrain scheduler, PlacementQuery query)
    {
        await ((Task)placing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (placing.IsCompletedSuccessfully && placing.Result.Ticket is { } ticket)
        {
            foreach (var name in Names(query))
            {
                news.Complete(scheduler, new RequestCompletion(name, ticket.Worker, 0, 0, 0, 0, Succeeded: false));
            }
        }
    }

    /// <summary>Another name for each call: the one before may have been booked.</summary>
    private static PlacementQuery Named(PlacementQuery query, int call) => call == 1 ? query : query with
    {
        Request = Named(query.Request, call),
        Siblings = query.Siblings.IsDefault ? default : [.. query.Siblings.Select(sibling => Named(sibling, call))],
    };

    private static RequestId Named(RequestId request, int call) => new($"{request}-r{call}");

    private static ImmutableArray<RequestId> Names(PlacementQuery query) =>
        query.Siblings.IsDefault ? [query.Request] : [query.Request, .. query.Siblings];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request}: the scheduler of {Model} is away; it is asked again.")]
    private partial void LogAway(Exception failure, RequestId request, ModelId model);

    [LoggerMessage(Level = LogLevel.Error, Message = "The scheduler of {Model} has been away for {Seconds} s; a request is refused.")]
    private partial void LogGivenUp(Exception failure, ModelId model, double seconds);
}
