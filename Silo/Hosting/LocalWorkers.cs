using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Preble.Actors;
using Preble.Hosting.Metrics;

namespace Preble.Hosting;

/// <summary>Starts the workers of this process, one after the other, and drains them at its end. The start of the host waits until all of them serve.</summary>
internal sealed class LocalWorkers(
    IGrains grains, ServedModels models, PrometheusText metrics, TimeProvider time, ILogger<LocalWorkers> log) : IHostedService
{
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
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        log.Stopping(models.Workers.Count);
        await Task.WhenAll(models.Workers.Select(worker => grains.Get<IWorkerGrain>(worker.Value).DrainAsync(cancellationToken)));
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
