using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;
using Preble.Actors;
using Preble.Actors.Scheduling;
using Preble.Actors.Workers;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Grains.Tests.Workers;
using Preble.Hosting;
using Preble.Hosting.Fleet;
using Preble.Hosting.Orleans;
using Preble.Testing;

namespace Preble.OnSilo.Fleet;

/// <summary>One silo with engines that have no model.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _ended;

    public TestSilo(FleetOptions options, int workers, SchedulerShards shards, TimeSpan slowReader, Action<ISiloBuilder> also)
    {
        (Name, Engines) = (options.SiloName!, new FakeEngines(Gate));
        Workers = [.. Enumerable.Range(0, workers).Select(index => new WorkerId($"{Name}-w{index}"))];
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPrebleTelemetry();
        builder.Services.AddSingleton(new SchedulerOptions());
        builder.Services.AddSingleton(shards);
        builder.Services.AddSingleton(new WorkerGrainOptions { SlowReaderPatience = slowReader });
        builder.Services.AddSingleton<IWorkerEngines>(Engines);
        GrainHost.Add(builder.Services, GrainHost.Orleans, options, Workers);
        builder.Services.AddSingleton<IFatalErrorHandler>(Fatal);
        builder.UseOrleans(also);
        _host = builder.Build();
    }

    public string Name { get; }

    public StepGate Gate { get; } = new();

    public FakeEngines Engines { get; }

    public FatalErrors Fatal { get; } = new();

    public IReadOnlyList<WorkerId> Workers { get; }

    public IGrains Grains => _host.Services.GetRequiredService<IGrains>();

    public ISchedulerGrain Scheduler => Grains.Get<ISchedulerGrain>(FakeEngines.Model.Value);

    public IWorkerGrain Worker(string id) => Grains.Get<IWorkerGrain>(id);

    /// <summary>Schedulers that are active here.</summary>
    public int Schedulers => _host.Services.GetRequiredService<LocalActivations>().Count(static grain => grain is SchedulerGrain);

    public async Task StartAsync()
    {
        await Wait.ForAsync(_host.StartAsync(), $"silo {Name} to start");
        foreach (var worker in Workers)
        {
            await Wait.ForAsync(Worker(worker.Value).StartAsync(CancellationToken.None), $"worker {worker} to start");
        }
    }

    /// <summary>Ends it at once, without a good-bye of its grains.</summary>
    public async Task KillAsync()
    {
        _ended = true;
        Gate.Open();
        await Wait.ForAsync(StopQuietlyAsync(new CancellationToken(canceled: true)), $"silo {Name} to be killed");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            _ended = true;
            Gate.Open();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await Wait.ForAsync(StopQuietlyAsync(patience.Token), $"silo {Name} to stop");
        }

        Gate.Dispose();
        _host.Dispose();
    }

    private async Task StopQuietlyAsync(CancellationToken cancellation)
    {
        try
        {
            await _host.StopAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // It was told not to wait.
        }
    }
}

/// <summary>Where a silo's reason to end its process goes: here it must not end the tests'.</summary>
internal sealed class FatalErrors : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> First => _first.Task;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) => _first.TrySetResult($"{context} {exception?.Message}");
}
