using Microsoft.Extensions.DependencyInjection;
using Preble.Actors;
using Preble.Actors.Workers;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Core.Placement;
using Preble.Hosting;
using Preble.Testing;

namespace Preble.Api.Tests.Fakes;

/// <summary>The real grains in process behind the real front-end; only the forward pass is a fake.</summary>
internal static class GrainFleet
{
    public const int Vocabulary = 258;

    public static ServiceProvider Services(FleetEngines engines)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPrebleTelemetry();
        services.AddSingleton(new SchedulerOptions());
        services.AddSingleton<IWorkerEngines>(engines);
        services.AddInProcessGrains();
        return services.BuildServiceProvider();
    }

    public static async Task<ApiHost> StartAsync(ServiceProvider services, int workers)
    {
        var grains = services.GetRequiredService<IGrains>();
        for (var i = 0; i < workers; i++)
        {
            await grains.Get<IWorkerGrain>($"w{i}").StartAsync(CancellationToken.None);
        }

        return await ApiHost.StartAsync(grains, model: ApiHost.ModelFacts with { ContextTokens = 4096 }, numbers: new RequestNumbers());
    }
}

/// <summary>Fake engines, one of which may fail once: the first that has given so many tokens of a sequence.</summary>
internal sealed class FleetEngines : IWorkerEngines
{
    private int _failures;

    public int BlockCount { get; init; } = 512;

    public int? FailAtOutput { get; init; }

    /// <summary>What each step takes one of; null when none waits.</summary>
    public SemaphoreSlim? Permits { get; init; }

    public int Failures => _failures;

    public WorkerEngine Create(WorkerId worker)
    {
        var sizes = new WorkerCoreOptions { BlockCount = BlockCount, ContextTokens = 4096, VocabularySize = GrainFleet.Vocabulary };
        var engine = new FakeEngine(sizes.BlockCount, sizes.BlockSize, GrainFleet.Vocabulary, 4096) { BeforeStep = MayFail };
        return new WorkerEngine(engine, new ModelId(ApiHost.Model), new CostProfile(1e-3, 1e-7, 1e-2), sizes);
    }

    private void MayFail(StepPlan plan)
    {
        Permits?.Wait(TimeSpan.FromSeconds(20));
        if (plan.Chunks.Any(chunk => chunk.Sequence.OutputCount >= FailAtOutput) && Interlocked.CompareExchange(ref _failures, 1, 0) == 0)
        {
            throw new EngineException("planted");
        }
    }
}
