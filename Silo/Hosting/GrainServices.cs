using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Preble.Actors;
using Preble.Actors.Prefixes;
using Preble.Actors.Scheduling;
using Preble.Actors.Telemetry;
using Preble.Actors.Workers;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Hosting.Fleet;
using Preble.Hosting.InProcess;
using Preble.Hosting.Metrics;

namespace Preble.Hosting;

/// <summary>Puts the grains, their host and the workers of this process into the services.</summary>
public static class GrainServices
{
    /// <summary>Everything the API needs: <see cref="IGrains"/>, <see cref="ServedModels"/>, <see cref="PrometheusText"/>; and workers that start with the host.</summary>
    public static IServiceCollection AddPrebleGrains(this IServiceCollection services, ServeOptions options)
    {
        services.AddPrebleTelemetry();
        services.AddSingleton(options.Validate());
        if (options.Fleet is { Cluster.IsShared: true, Kubernetes: false })
        {
            SiloPlace.Require(options.Fleet);
        }

        services.AddSingleton(Scheduling(options));
        services.AddSingleton(new SchedulerShards(options.SchedulerShards));
        services.AddSingleton(new WorkerGrainOptions { SlowReaderPatience = TimeSpan.FromSeconds(options.SlowReaderSeconds) });
        services.AddSingleton(provider => LocalModels.Open(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LocalModel>>()));
        services.AddSingleton<IWorkerEngines>(provider => provider.GetRequiredService<LocalModels>());
        services.AddSingleton(provider => provider.GetRequiredService<LocalModels>().Served);
        GrainHost.Add(services, options.Runtime, options.Fleet, [.. options.Models.SelectMany((_, model) => options.WorkersOf(model))]);
        if (options.Fleet.Cluster.IsShared)
        {
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<LeaveLimit>(provider, (Action<int>)Environment.Exit));
        }

        services.TryAddSingleton(new DrainLimit());
        services.AddSingleton<LocalWorkers>();
        services.AddHostedService(provider => provider.GetRequiredService<LocalWorkers>());
        return services;
    }

    /// <summary>The in-process host with the three grains. Asks the services for <see cref="IWorkerEngines"/> and <see cref="SchedulerOptions"/>.</summary>
    public static IServiceCollection AddInProcessGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(new WorkerGrainOptions());
        services.TryAddSingleton(new SchedulerShards());
        services.AddSingleton(provider =>
        {
            var grains = new InProcessGrains(
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<InProcessGrains>>());
            grains.Register<ISchedulerGrain>(activation => ActivatorUtilities.CreateInstance<SchedulerGrain>(provider, activation));
            grains.Register<IWorkerGrain>(activation => ActivatorUtilities.CreateInstance<WorkerGrain>(provider, activation));
            grains.Register<IPrefixNodeGrain>(activation => ActivatorUtilities.CreateInstance<PrefixNodeGrain>(provider, activation));
            return grains;
        });
        services.AddSingleton<IGrains>(provider => provider.GetRequiredService<InProcessGrains>());
        return services;
    }

    /// <summary>The clock, the meter, the instruments and their text.</summary>
    public static IServiceCollection AddPrebleTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new Meter(InstrumentNames.Meter));
        services.TryAddSingleton<SchedulerInstruments>();
        services.TryAddSingleton<WorkerInstruments>();
        services.TryAddSingleton(provider => new PrometheusText(
            provider.GetRequiredService<Meter>(), ShownMeters.Foreign, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>The scheduler counts what runs, too: with the queue's length alone it would refuse before anything had to wait.</summary>
    private static SchedulerOptions Scheduling(ServeOptions options) =>
        options.Scheduler with
        {
            Policy = options.Policy,
            RequestsPerWorker = options.WaitingRequests + options.RunningSequences,
            QueuedRequests = options.SchedulerQueue,
            PlacementsKept = options.PlacementsKept,
        };
}
