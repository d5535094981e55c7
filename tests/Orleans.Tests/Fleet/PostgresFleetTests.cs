using Preble.Core.Placement.Sharding;
using Preble.Grains.Tests.Workers;
using Preble.Hosting.Fleet;
using Preble.OnSilo.Clustering;
using Preble.Testing;

namespace Preble.OnSilo.Fleet;

/// <summary>Silos that find each other in PostgreSQL, in the tables that a deployment makes.</summary>
public sealed class PostgresFleetTests
{
    [PostgresFact]
    public async Task Two_silos_find_each_other_and_one_streams_from_the_others_worker()
    {
        await using var server = new PostgresServer();
        await server.StartAsync();
        await using (var store = await PostgresStore.OpenAsync(server.ConnectionString))
        {
            await store.ApplySchemaAsync();
        }

        await using var front = Silo(server, "front", SiloRoles.Gateway | SiloRoles.Scheduler, workers: 0);
        await front.StartAsync();
        await using var other = Silo(server, "a", SiloRoles.Worker, workers: 1);
        await other.StartAsync();

        var command = Requests.Of("over", outputTokens: 20);
        var received = await Wait.ForAsync(Received.FromAsync(front.Worker("a-w0").GenerateAsync(command, CancellationToken.None)), "the stream");
        Assert.Equal(Requests.Alone(command), received.Tokens);
    }

    private static TestSilo Silo(PostgresServer server, string name, SiloRoles roles, int workers) => new(
        new FleetOptions
        {
            Cluster = ClusterSource.Parse($"postgres:{server.ConnectionString}"), Roles = roles, SiloName = name, SiloPort = LocalPort.Free(),
        },
        workers, new SchedulerShards(1), slowReader: TimeSpan.FromSeconds(30), also: static _ => { });
}
