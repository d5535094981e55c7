using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Actors.Prefixes;
using Preble.Actors.Scheduling;
using Preble.Actors.Telemetry;
using Preble.Actors.Workers;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Hosting.InProcess;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>Worker grains on fake engines in the in-process host, with a clock that only the test moves.</summary>
public sealed class GrainRig : IAsyncDisposable
{
    private readonly Meter _meter = new("test");

    /// <param name="scheduler">The scheduler that workers talk to; null for the real one.</param>
    public GrainRig(ISchedulerGrain? scheduler = null)
    {
        Engines = new FakeEngines(Gate);
        Grains = new InProcessGrains(Time, NullLogger<InProcessGrains>.Instance);
        var workers = new WorkerInstruments(_meter);
        var schedulers = new SchedulerInstruments(_meter);
        Grains.Register<IWorkerGrain>(activation => new WorkerGrain(
            activation, Grains, Shards, Engines, new WorkerGrainOptions(), Time, workers, NullLogger<WorkerGrain>.Instance));
        Grains.Register<IPrefixNodeGrain>(activation => new PrefixNodeGrain(activation, Options, Time, NullLogger<PrefixNodeGrain>.Instance));
        Grains.Register(activation => scheduler ?? SchedulerOf?.Invoke(activation.Key) ?? new SchedulerGrain(
            activation, Grains, Options, Shards, Time, schedulers, NullLogger<SchedulerGrain>.Instance));
    }

    public ManualTimeProvider Time { get; } = new();

    public StepGate Gate { get; } = new();

    public FakeEngines Engines { get; }

    public InProcessGrains Grains { get; }

    public SchedulerOptions Options { get; set; } = new();

    /// <summary>The scheduler of a key; null for the real one.</summary>
    public Func<string, ISchedulerGrain?>? SchedulerOf { get; set; }

    public SchedulerShards Shards { get; set; } = new();

    public ISchedulerGrain Scheduler => Grains.Get<ISchedulerGrain>(FakeEngines.Model.Value);

    public IWorkerGrain Worker(int index = 0) => Grains.Get<IWorkerGrain>($"w{index}");

    public async Task<IWorkerGrain> StartAsync(int index = 0)
    {
        await Wait.ForAsync(Worker(index).StartAsync(CancellationToken.None), $"worker w{index} to start");
        return Worker(index);
    }

    public Task<Received> GenerateAsync(GenerateCommand command, int worker = 0, CancellationToken cancellation = default) =>
        Received.FromAsync(Worker(worker).GenerateAsync(command, cancellation));

    /// <summary>Moves the clock once the timers of the last move are armed again, so that no beat is skipped.</summary>
    public async Task AdvanceAsync(TimeSpan by, int timers)
    {
        await Wait.UntilAsync(() => Time.ArmedTimers >= timers, $"{timers} timers to be armed");
        Time.Advance(by);
    }

    public async ValueTask DisposeAsync()
    {
        Gate.Open();
        await Wait.ForAsync(Grains.DisposeAsync().AsTask(), "the host to end");
        Gate.Dispose();
        _meter.Dispose();
    }
}
