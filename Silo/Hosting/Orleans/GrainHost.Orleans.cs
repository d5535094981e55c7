using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Versions.Compatibility;
using Preble.Actors;
using Preble.Actors.Placement;
using Preble.Actors.Workers;
using Preble.Core.Placement.Sharding;
using Preble.Hosting.Fleet;
using Preble.Hosting.Orleans;

namespace Preble.Hosting;

/// <summary>A silo: alone on this machine, or one of a fleet.</summary>
internal static partial class GrainHost
{
    static partial void AddOrleans(IServiceCollection services, FleetOptions fleet, IReadOnlyList<WorkerId> workers, ref bool added)
    {
        services.TryAddSingleton(new WorkerGrainOptions());
        services.TryAddSingleton(new SchedulerShards());
        services.AddScoped<IActivation, OrleansActivation>();
        services.AddSingleton<IGrains, OrleansGrains>();

        // Before the silo, which comes next: hosted services start in their order.
        services.AddHostedService<ClusterStore>();
        services.AddOrleans(silo => Configure(silo, fleet, workers));
        services.AddSingleton<IFatalErrorHandler, DeclaredDead>();
        added = true;
    }

    /// <summary>Everything that makes a silo one of ours; tests call it for silos of their own.</summary>
    internal static void Configure(ISiloBuilder silo, FleetOptions fleet, IReadOnlyList<WorkerId> workers)
    {
        silo.Services.AddSingleton(fleet.Cluster);
        silo.Services.AddSingleton<RedisConnection>();
        silo.UseCluster(fleet);
        new OwnFacts(fleet.Roles, workers).AddTo(silo);
        silo.Services.AddSingleton<LocalActivations>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, OlderSelf>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WorkersFirst>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, HomeMover>();
        silo.AddGrainDirectory(WorkerDirectories.Name, (services, _) => ActivatorUtilities.CreateInstance<WorkerDirectory>(services));
        silo.Services.AddPlacementDirector<WorkerPlacement, WorkerPlacementDirector>();
        silo.Services.AddPlacementDirector<SchedulerPlacement, SchedulerPlacementDirector>();
        silo.AddActivityPropagation();
        silo.Configure<ClusterMembershipOptions>(membership => Probes.Set(membership, fleet));
        silo.Configure<GrainVersioningOptions>(versions => versions.DefaultCompatibilityStrategy = nameof(AllVersionsCompatible));

        // What they warn of at a start is meant for other programs: a collector that servers without a model would want, and a model's loading.
        silo.Services.AddLogging(log => log.AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error));
    }
}
