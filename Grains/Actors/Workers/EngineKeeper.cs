using Microsoft.Extensions.Logging;
using Preble.Actors.Telemetry;
using Preble.Core.Placement.Sharding;

namespace Preble.Actors.Workers;

/// <summary>
/// Keeps one engine alive: starts it, notices its end, tells the scheduler, and starts another with a new epoch after a wait that grows with
/// each failure in a row. Used on the worker grain's turns only.
/// </summary>
internal sealed class EngineKeeper(
    WorkerId worker, IGrains grains, SchedulerShards shards, IWorkerEngines engines, WorkerGrainOptions options, Action nudge,
    TimeProvider time, WorkerInstruments instruments, ILogger log)
{
    private readonly long _start = time.GetTimestamp();
    private SchedulerLink? _link;
    private long _epoch;
    private int _failures;
    private TimeSpan _livesSince;
    private TimeSpan? _restartAt;
    private TaskCompletionSource? _leaving;

    /// <summary>The engine that serves or is being made; null before the first start.</summary>
    public EngineLoop? Loop { get; private set; }

    /// <summary>Seconds until a failed engine is replaced; a hint for those who are refused.</summary>
    public double RestartSeconds => _restartAt is { } at ? Math.Max(0.1, (at - Now).TotalSeconds) : 1;

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Makes an engine, unless one lives, and registers it; throws when it cannot be made or the scheduler cannot be reached.</summary>
    public async Task<WorkerRegistration> StartAsync(CancellationToken cancellation)
    {
        if (Loop is not { Serves: true })
        {
            await MakeEngineAsync(cancellation);
        }

        await _link!.RegisterAsync();
        return _link.Identity;
    }

    /// <summary>One beat: a report while the engine lives; else the news of its end, and the next engine when its time has come.</summary>
    public async Task TendAsync(CancellationToken cancellation)
    {
        Loop!.GiveUpIfHung();
        if (_leaving is { } leaving)
        {
            await SayGoodbyeAsync();
            leaving.TrySetResult();
            return;
        }

        if (Loop.Serves)
        {
            await _link!.ReportAsync(cancellation);
        }
        else if (_restartAt is null)
        {
            await GiveUpAsync();
        }
        else if (Now >= _restartAt)
        {
            await RestartAsync(cancellation);
        }
    }

    /// <summary>After a drain: the scheduler hears once that the worker is gone, between two beats, and no beat brings it back.</summary>
    public Task LeaveAsync()
    {
        _leaving ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        nudge();
        return _leaving.Task;
    }

    /// <summary>Ends the engine after the step that runs; what still runs ends as drained.</summary>
    public async Task StopAsync()
    {
        if (Loop is null)
        {
            return;
        }

        using var patience = new CancellationTokenSource(options.StopPatience, time);
        try
        {
            await Loop.TrySendAsync(new EngineCommand.Stop(), patience.Token);
            await Loop.Ended.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            log.EngineLeftBehind(worker, options.StopPatience.TotalSeconds);
        }

        instruments.Hide(worker);
        await SayGoodbyeAsync();
    }

    private async Task MakeEngineAsync(CancellationToken cancellation)
    {
        // The epoch follows the clock, so that it differs from those of an earlier process too.
        _epoch = Math.Max(_epoch + 1, time.GetUtcNow().UtcTicks);
        Loop = new EngineLoop(worker, _epoch, engines, options, nudge, time, instruments, log);
        Loop.Start();
        var identity = await Loop.Ready.WaitAsync(cancellation);
        (_livesSince, _restartAt) = (Now, null);
        _link = new SchedulerLink(grains, shards, identity, Loop, log);
        log.WorkerServes(
            worker, identity.Model, identity.Epoch, identity.TotalBlocks, identity.BlockSize,
            identity.Costs.PrefillSecondsPerToken * 1e6, identity.Costs.DecodeSecondsPerToken * 1e6);
    }

    private async Task GiveUpAsync()
    {
        await _link!.LoseAsync();
        _failures = Now - _livesSince >= options.ForgiveAfter ? 1 : _failures + 1;
        ScheduleRestart();
    }

    private async Task RestartAsync(CancellationToken cancellation)
    {
        try
        {
            await StartAsync(cancellation);
        }
        catch (Exception failure) when (Loop!.Ended.IsCompleted && !cancellation.IsCancellationRequested)
        {
            log.EngineNotMade(failure, worker);
            _failures++;
            ScheduleRestart();
        }
    }

    private void ScheduleRestart()
    {
        var delay = options.RestartDelay(_failures);
        _restartAt = Now + delay;
        log.EngineRestarts(worker, delay.TotalSeconds, _failures);
    }

    private async Task LeaveAsync(SchedulerLink? link)
    {
        if (link is null)
        {
            return;
        }

        if (_leaving is not null && Loop!.Serves)
        {
            // The scheduler shall know that it was drained: a loss is an alarm.
            await link.ReportAsync(CancellationToken.None);
        }

        await link.LoseAsync();
    }

    private async Task SayGoodbyeAsync()
    {
        if (_leaving is { Task.IsCompleted: true })
        {
            return;
        }

        try
        {
            await LeaveAsync(_link).WaitAsync(options.GoodbyePatience, time);
        }
        catch (Exception failure)
        {
            // At the end of a process the scheduler may be gone first; nobody needs to be told then.
            log.GoodbyeFailed(failure, worker);
        }
    }
}
