using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
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
        added = true;
    }

    /// <summary>Everything that makes a silo one of ours; tests call it for silos of their own.</summary>
    internal static void Configure(ISiloBuilder silo, FleetOptions fleet, IReadOnlyList<WorkerId> workers)
    {
        silo.Services.AddSingleton(fleet.Cluster);
        silo.Services.AddSingleton<RedisConnection>();
        silo.UseCluster(fleet);
        SiloFacts.Tell(silo, new OwnFacts(fleet.Roles, workers));
        silo.Services.AddPlacementDirector<WorkerPlacement, WorkerPlacementDirector>();
        silo.Services.AddPlacementDirector<SchedulerPlacement, SchedulerPlacementDirector>();
        silo.AddActivityPropagation();
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = fleet.ProbeTimeout;
            membership.NumMissedProbesLimit = fleet.MissedProbes;
        });
    }
}
