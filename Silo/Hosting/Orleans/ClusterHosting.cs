using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.GrainDirectory;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Preble.Hosting.Fleet;
using Preble.Hosting.Kubernetes;

namespace Preble.Hosting.Orleans;

/// <summary>Who keeps the list of silos, and under which name and address this one stands in it.</summary>
internal static class ClusterHosting
{
    private const string PostgresInvariant = "Npgsql";

    public static void UseCluster(this ISiloBuilder silo, FleetOptions fleet)
    {
        switch (fleet.Cluster.Kind)
        {
            case ClusterKind.Alone:
                silo.UseLocalhostClustering(FreePort.Find(), FreePort.Find());
                return;
            case ClusterKind.Development:
                silo.UseDevelopmentClustering(IPEndPoint.Parse(fleet.Cluster.Address));
                break;
            case ClusterKind.Redis:
                silo.UseRedis(fleet.Cluster);
                break;
            case ClusterKind.Postgres:
                silo.UseAdoNetClustering(store => (store.Invariant, store.ConnectionString) = (PostgresInvariant, fleet.Cluster.Address));
                break;
            default:
                throw new InvalidOperationException($"There is no cluster of the kind {fleet.Cluster.Kind}.");
        }

        if (fleet.Kubernetes)
        {
            silo.WatchPods(fleet);
        }

        silo.Configure<ClusterOptions>(names => (names.ClusterId, names.ServiceId) = (fleet.ClusterId, fleet.ServiceId));
        silo.Configure<SiloOptions>(names => names.SiloName = fleet.SiloName!);
        silo.ConfigureEndpoints(fleet.Address, fleet.SiloPort, 0, listenOnAnyHostAddress: !IPAddress.IsLoopback(fleet.Address));
    }

    /// <summary>One connection for the list of silos and for where the grains are.</summary>
    private static void UseRedis(this ISiloBuilder silo, ClusterSource cluster)
    {
        silo.UseRedisClustering(redis => redis.ConfigurationOptions = RedisConnection.Options(cluster));
        silo.Services.AddOptions<RedisClusteringOptions>().Configure<RedisConnection>(
            (redis, connection) => redis.CreateMultiplexer = async _ => (await connection.OpenAsync(), IsShared: true));
        silo.AddGrainDirectory(
            GrainDirectoryAttribute.DEFAULT_GRAIN_DIRECTORY, (services, _) => ActivatorUtilities.CreateInstance<RedisGrainDirectory>(services));
    }

    private static void WatchPods(this ISiloBuilder silo, FleetOptions fleet)
    {
        var server = ApiServer.OfThisPod(fleet);
        silo.Services.AddSingleton<IPods>(_ => server);
        silo.Services.AddSingleton<IFleetMembers, SiloList>();
        silo.Services.AddHostedService<PodWatch>();
    }
}
