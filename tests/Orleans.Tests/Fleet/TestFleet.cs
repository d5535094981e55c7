using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;
using Preble.Core.Placement.Sharding;
using Preble.Hosting.Fleet;
using Preble.Testing;

namespace Preble.OnSilo.Fleet;

/// <summary>Silos of this process that find each other by a Redis of the test's own, each configured as the server configures it.</summary>
internal sealed class TestFleet : IAsyncDisposable
{
    private readonly RedisServer _redis = new();
    private readonly List<TestSilo> _silos = [];

    public RedisServer Redis => _redis;

    /// <summary>Where the silos find each other: the test's Redis, or the first silo.</summary>
    private ClusterSource? _cluster;

    /// <summary>Shards of the model's scheduler, in every silo that starts from now on.</summary>
    public int Shards { get; init; } = 1;

    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan SlowReaderPatience { get; init; } = TimeSpan.FromSeconds(30);

    public static async Task<TestFleet> StartAsync(int shards = 1, double responseTimeoutSeconds = 30, double slowReaderSeconds = 30)
    {
        var fleet = new TestFleet
        {
            Shards = shards, ResponseTimeout = TimeSpan.FromSeconds(responseTimeoutSeconds), SlowReaderPatience = TimeSpan.FromSeconds(slowReaderSeconds),
        };
        await fleet._redis.StartAsync();
        return fleet;
    }

    /// <summary>A fleet whose list of silos is kept by its first silo, and whose directory lies in the silos' memory.</summary>
    public static TestFleet WithoutStore() => new() { _cluster = new ClusterSource(ClusterKind.Development, $"127.0.0.1:{LocalPort.Free()}") };

    /// <summary>Returns when the silo has joined and its workers serve.</summary>
    public async Task<TestSilo> AddAsync(string name, SiloRoles roles, int workers = 1, Action<ISiloBuilder>? also = null)
    {
        var cluster = _cluster ?? ClusterSource.Parse(_redis.Cluster);
        var keepsList = cluster.Kind == ClusterKind.Development && _silos.Count == 0;
        var options = new FleetOptions
        {
            Cluster = cluster,
            Roles = roles,
            SiloName = name,
            SiloPort = keepsList ? IPEndPoint.Parse(cluster.Address).Port : LocalPort.Free(),
            ProbeTimeout = TimeSpan.FromSeconds(1),
        };
        var silo = new TestSilo(options, roles.HasFlag(SiloRoles.Worker) ? workers : 0, new SchedulerShards(Shards), SlowReaderPatience, builder =>
        {
            builder.Configure<SiloMessagingOptions>(messages => (messages.ResponseTimeout, messages.SystemResponseTimeout) = (ResponseTimeout, ResponseTimeout));
            also?.Invoke(builder);
        });
        _silos.Add(silo);
        await silo.StartAsync();
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        // Workers first, while there is somebody to say good-bye to.
        foreach (var silo in Enumerable.Reverse(_silos))
        {
            await silo.DisposeAsync();
        }

        await _redis.DisposeAsync();
    }
}
