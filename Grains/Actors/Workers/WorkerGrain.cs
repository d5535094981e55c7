using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Orleans.GrainDirectory;
using Orleans.Placement;
using Preble.Actors.Placement;
using Preble.Actors.Telemetry;
using Preble.Core.Placement.Sharding;

namespace Preble.Actors.Workers;

/// <summary>
/// One model on one device. The grain only carries: commands to the engine's thread, tokens back to their readers, reports to the scheduler.
/// Any call starts the engine; reports go out on a slow beat, and whenever the engine's thread has news, one at a time.
/// </summary>
[WorkerPlacement, GrainDirectory(WorkerDirectories.Name), Immovable(ImmovableKind.Any)]
public sealed class WorkerGrain : IWorkerGrain
{
    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _lifetime = new();
    private readonly WorkerId _worker;
    private readonly IActivation _activation;
    private readonly EngineKeeper _keeper;
    private readonly WorkerGrainOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerGrain> _log;
    private Task<WorkerRegistration>? _started;
    private Task _tending = Task.CompletedTask;

    public WorkerGrain(
        IActivation activation, IGrains grains, SchedulerShards shards, IWorkerEngines engines, WorkerGrainOptions options,
        TimeProvider time, WorkerInstruments instruments, ILogger<WorkerGrain> log)
    {
        (_activation, _options, _time, _log) = (activation, options.Validate(), time, log);
        _worker = new WorkerId(activation.Key);
        _keeper = new EngineKeeper(_worker, grains, shards, engines, options, Nudge, time, instruments, log);
        activation.OnDeactivate(EndAsync);
    }

    public Task<WorkerRegistration> StartAsync(CancellationToken cancellation) => EnsureStartedAsync().WaitAsync(cancellation);

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        GenerateCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var span = GenerateSpan.Start(command, _worker, _time);
        await EnsureStartedAsync().WaitAsync(cancellation);
        var loop = _keeper.Loop!;
        var stream = loop.NewStream(command, span);
        if (!loop.Serves || !await loop.TrySendAsync(new EngineCommand.Submit(stream), cancellation))
        {
            span?.Refused(RejectionReason.NoWorker);
            yield return new TokenChunk([], Rejection: Unavailable());
            yield break;
        }

        await foreach (var chunk in stream.ReadAsync(cancellation))
        {
            yield return chunk;
        }
    }

    public Task<WorkerStatus> GetStatusAsync() =>
        Task.FromResult(_keeper.Loop?.Status ?? new WorkerStatus { Worker = _worker, Epoch = 0, Healthy = false });

    public async Task<KvCacheSnapshot> GetCacheSnapshotAsync()
    {
        await EnsureStartedAsync();
        var answer = new TaskCompletionSource<KvCacheSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = await _keeper.Loop!.TrySendAsync(new EngineCommand.Snapshot(answer), _lifetime.Token);
        return sent ? await answer.Task : throw new InvalidOperationException($"Worker {_worker} has no engine now; one is being made.");
    }

    public async Task<KvCacheChanges?> GetCacheChangesAsync(long fromNumber)
    {
        await EnsureStartedAsync();
        var answer = new TaskCompletionSource<KvCacheChanges?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = await _keeper.Loop!.TrySendAsync(new EngineCommand.Replay(fromNumber, answer), _lifetime.Token);
        return sent ? await answer.Task : throw new InvalidOperationException($"Worker {_worker} has no engine now; one is being made.");
    }

    public async Task DrainAsync(CancellationToken cancellation)
    {
        if (_keeper.Loop is not { } loop)
        {
            return;
        }

        var status = loop.Status;
        _log.Draining(_worker, status.RunningRequests, status.WaitingRequests);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!await loop.TrySendAsync(new EngineCommand.Drain(answer), CancellationToken.None))
        {
            await _keeper.LeaveAsync();
            return;
        }

        Nudge();
        try
        {
            // An engine that is given up answers no more.
            await Task.WhenAny(answer.Task, loop.Ended).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await loop.TrySendAsync(new EngineCommand.EndAll(), CancellationToken.None);
            await Task.WhenAny(answer.Task, loop.Ended);
        }

        await _keeper.LeaveAsync();
    }

    private Task<WorkerRegistration> EnsureStartedAsync()
    {
        if (_started is null || _started.IsFaulted || _started.IsCanceled)
        {
            _started = StartOnceAsync();
        }

        return _started;
    }

    private async Task<WorkerRegistration> StartOnceAsync()
    {
        var registration = await _keeper.StartAsync(_lifetime.Token);
        _activation.RegisterTimer(BeatAsync, _options.IdleBeat);

        // Tending is nobody's call: it must not inherit who called first. It goes on between the grain's turns, on its own scheduler.
        using (ExecutionContext.SuppressFlow())
        {
            _tending = TendAsync();
        }

        return registration;
    }

    private Task BeatAsync(CancellationToken cancellation)
    {
        Nudge();
        return Task.CompletedTask;
    }

    private async Task TendAsync()
    {
        try
        {
            await foreach (var _ in _nudges.Reader.ReadAllAsync(_lifetime.Token))
            {
                await TendOnceAsync();
            }
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            // The grain has ended.
        }
    }

    private async Task TendOnceAsync()
    {
        try
        {
            await _keeper.TendAsync(_lifetime.Token);
        }
        catch (Exception failure) when (!_lifetime.IsCancellationRequested)
        {
            _log.SchedulerUnreachable(failure, _worker);
        }
    }

    /// <summary>Asks for a report; safe on any thread. Several before the next report are one.</summary>
    private void Nudge() => _nudges.Writer.TryWrite(true);

    private Rejection Unavailable() =>
        new(RejectionReason.NoWorker, $"Worker {_worker} is making a new engine after a failure.", _keeper.RestartSeconds);

    private async Task EndAsync(CancellationToken patience)
    {
        await _lifetime.CancelAsync();
        await _tending.WaitAsync(patience);
        await _keeper.StopAsync();
    }
}
