using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Preble.Actors;
using Preble.Hosting.Metrics;

namespace Preble.Hosting;

/// <summary>
/// Starts the workers of this process, one after the other, and drains them at its end. The start of the host waits until all of them serve.
/// The drain: nothing new, what waits goes elsewhere at once, what runs may finish within the limit, and the rest goes on elsewhere.
/// </summary>
internal sealed class LocalWorkers(
    IGrains grains, ServedModels models, PrometheusText metrics, ServeOptions options, DrainLimit limit, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<LocalWorkers> log) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _hurry = new();
    private CancellationTokenRegistration _stopping;
    private Task? _draining;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // From the first measurement on, and not from the first scrape.
        metrics.Start();
        foreach (var model in models.All)
        {
            log.ModelOpened(model.Description);
        }

        foreach (var worker in models.Workers)
        {
            var start = time.GetTimestamp();
            await StartAsync(worker, cancellationToken);
            log.WorkerStarted(worker, time.GetElapsedTime(start).TotalSeconds);
        }

        if (options.Fleet.Cluster.IsShared)
        {
            // In a fleet others can serve what comes and what waits, so the scheduler hears at once. One process alone first sees out who is inside.
            _stopping = lifetime.ApplicationStopping.UnsafeRegister(static workers => _ = ((LocalWorkers)workers!).Begin(), this);
        }
    }

    /// <summary>Ends the drain: what still runs is handed over now, or as soon as the drain begins.</summary>
    public void HurryUp() => _hurry.Cancel();

    /// <summary>Runs while the process still answers probes, and its silo still carries streams.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => Begin();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        _hurry.Dispose();
    }

    private Task Begin() => _draining ??= DrainAllAsync();

    private async Task DrainAllAsync()
    {
        if (models.Workers.Count == 0)
        {
            return;
        }

        log.Stopping(models.Workers.Count, limit.Time.TotalSeconds);
        using var late = new CancellationTokenSource(limit.Time, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _hurry.Token);
        await Task.WhenAll(models.Workers.Select(worker => DrainAsync(worker, over.Token)));
    }

    private async Task DrainAsync(WorkerId worker, CancellationToken over)
    {
        var grain = grains.Get<IWorkerGrain>(worker.Value);
        try
        {
            while (!await DrainedAsync(grain, over))
            {
                // A call has its own, shorter patience.
            }

            // A cancelled call may return before the worker has ended the rest.
            await grain.DrainAsync(CancellationToken.None).WaitAsync(DrainLimit.LastWords, time, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The process ends whatever its workers say.
            log.NotDrained(failure, worker);
        }
    }

    private static async Task<bool> DrainedAsync(IWorkerGrain grain, CancellationToken over)
    {
        try
        {
            await grain.DrainAsync(over);
            return true;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return true;
        }
        catch (TimeoutException)
        {
            return over.IsCancellationRequested;
        }
    }

    private async Task StartAsync(WorkerId worker, CancellationToken cancellation)
    {
        try
        {
            await grains.Get<IWorkerGrain>(worker.Value).StartAsync(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new StartException($"Worker {worker} could not start: {failure.Message}", failure);
        }
    }
}
