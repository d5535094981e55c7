using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Preble.Actors.Placement;
using Preble.Actors.Telemetry;
using Preble.Core;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;

namespace Preble.Actors.Scheduling;

/// <summary>
/// Places the requests of one model, or of a shard of its prompts. The grain only translates: messages and the time go into <see cref="SchedulerCore"/>, decisions come out.
/// Its state is soft: after a restart workers hear at their next beat that they are unknown, register again and send snapshots.
/// </summary>
[SchedulerPlacement, Immovable(ImmovableKind.Any)]
public sealed class SchedulerGrain : ISchedulerGrain
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    private readonly ModelId _model;
    private readonly Shard _shard;
    private readonly ShardFeed? _shards;
    private readonly SchedulerCore _core;
    private readonly PrefixFeed _prefixes;
    private readonly WaitingPlacements _waiting;
    private readonly TimeProvider _time;
    private readonly SchedulerInstruments _instruments;
    private readonly ILogger<SchedulerGrain> _log;
    private readonly long _start;

    public SchedulerGrain(
        IActivation activation, IGrains grains, SchedulerOptions options, SchedulerShards shards, TimeProvider time,
        SchedulerInstruments instruments, ILogger<SchedulerGrain> log)
    {
        (_time, _instruments, _log, _start) = (time, instruments, log, time.GetTimestamp());
        (_model, _shard) = shards.Parse(activation.Key);
        _core = new SchedulerCore(_model, options, _shard);
        _prefixes = new PrefixFeed(grains, log);
        _waiting = new WaitingPlacements(_core, options, time, () => Now);
        activation.RegisterTimer(TickAsync, TickPeriod);
        if (_shard.IsPart)
        {
            _shards = new ShardFeed(grains, shards, _model, _shard, log);
            activation.RegisterTimer(ShareAsync, Limits.ShardLoadsInterval);
        }

        activation.OnDeactivate(EndAsync);
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    public async Task<PlacementResult> PlaceAsync(PlacementQuery query, CancellationToken cancellation)
    {
        // Before anything is booked: nobody would release the booking of a request that has gone.
        cancellation.ThrowIfCancellationRequested();
        using var span = PlaceSpan.Start(query, _model);
        var before = _time.GetTimestamp();
        var asked = _core.Ask(query, Now);
        var seconds = _time.GetElapsedTime(before).TotalSeconds;
        var result = asked ?? await _waiting.WaitAsync(query, cancellation);
        _instruments.Placed(_model, result, seconds);
        span.Decided(result, waited: asked is null);
        return result;
    }

    public Task CompleteAsync(RequestCompletion completion)
    {
        _core.Complete(completion, Now);
        _waiting.Answer();
        return Task.CompletedTask;
    }

    public Task RegisterAsync(WorkerRegistration registration)
    {
        _core.Register(registration, Now);
        _waiting.Answer();
        _log.WorkerRegistered(registration.Worker, registration.Model, registration.Epoch);
        return Task.CompletedTask;
    }

    public Task<ReportAnswer> ReportAsync(WorkerReport report)
    {
        var answer = _core.Report(report, Now);
        _waiting.Answer();
        if (answer != ReportAnswer.Accepted)
        {
            _log.ReportIncomplete(report.Status.Worker, report.Changes.Epoch, report.Changes.FirstNumber, answer);
        }

        return Task.FromResult(answer);
    }

    public Task RestoreAsync(KvCacheSnapshot snapshot)
    {
        _core.Restore(snapshot, Now);
        return Task.CompletedTask;
    }

    public Task LoseAsync(WorkerId worker)
    {
        // Several may say it, the worker itself among them; it counts once, and not when it leaves as it has said.
        var leaves = _core.IsDraining(worker);
        if (_core.Lose(worker, Now))
        {
            _waiting.Answer();
            if (leaves)
            {
                _log.WorkerLeft(worker, _model);
            }
            else
            {
                Tell(worker);
            }
        }

        return Task.CompletedTask;
    }

    public Task<FleetOverview> GetFleetAsync() => Task.FromResult(_core.Overview(Now));

    public Task<ImmutableArray<PlacementRecord>> GetPlacementsAsync(PlacementFilter filter) => Task.FromResult(_core.Placements(filter, Now));

    public Task<ImmutableArray<PlacementRecord>> FindPlacementsAsync(RequestId request) => Task.FromResult(_core.FindPlacements(request, Now));

    public Task HearAsync(ShardLoads loads)
    {
        _core.HearLoads(loads, Now);
        _waiting.Answer();
        return Task.CompletedTask;
    }

    private Task ShareAsync(CancellationToken cancellation)
    {
        if (_core.TakeLoads(Now) is { } loads)
        {
            _shards!.Send(loads);
        }

        return Task.CompletedTask;
    }

    private Task TickAsync(CancellationToken cancellation)
    {
        foreach (var worker in _core.Tick(Now))
        {
            Tell(worker);
        }

        _waiting.Answer();
        _instruments.Show(_core.Overview(Now), _core.QueuedRequests, _shard.Index);
        if (_prefixes.Idle)
        {
            _core.TakeAssignments(_prefixes.TakeAnswers(), Now);
            _prefixes.Send(_core.TakePrefixReports(Now));
        }

        return Task.CompletedTask;
    }

    private void Tell(WorkerId worker)
    {
        if (_shard.Index == 0)
        {
            // Every shard loses it; it is one worker.
            _instruments.Lost(_model);
        }

        _log.WorkerLost(worker, _model);
    }

    private Task EndAsync(CancellationToken patience)
    {
        _instruments.Hide(_model, _shard.Index);
        return Task.CompletedTask;
    }
}
