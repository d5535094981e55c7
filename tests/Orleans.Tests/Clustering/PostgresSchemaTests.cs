using Npgsql;
using Preble.Hosting;
using Preble.Hosting.Fleet;
using Preble.Hosting.Orleans;
using Preble.Testing;

namespace Preble.OnSilo.Clustering;

/// <summary>The list of silos in PostgreSQL: the schema's own statements, and the sentences of a start that cannot use it.</summary>
public sealed class PostgresSchemaTests : IAsyncLifetime
{
    private readonly PostgresServer _server = new();

    public Task InitializeAsync() => PostgresServer.Missing is null ? _server.StartAsync() : Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [PostgresFact]
    public async Task The_list_of_silos_changes_only_on_the_version_that_was_read()
    {
        await using var store = await PostgresStore.OpenAsync(_server.ConnectionString);
        await store.ApplySchemaAsync();

        // Twice: an upgrade applies it again and loses nothing.
        Assert.True(await store.AskAsync("InsertMembershipVersionKey"));
        await store.ApplySchemaAsync();
        Assert.False(await store.AskAsync("InsertMembershipVersionKey"));

        Assert.True(await store.InsertAsync(port: 1, version: 0));
        Assert.False(await store.InsertAsync(port: 2, version: 0), "an old version was taken");
        Assert.False(await store.InsertAsync(port: 1, version: 1), "a silo stands twice in the list");
        Assert.False(await store.UpdateAsync(port: 2, version: 1, status: 3), "a silo that is not there was changed");
        Assert.Equal((1, 1), await store.VersionAndCountAsync());

        Assert.True(await store.UpdateAsync(port: 1, version: 1, status: 6));
        Assert.Equal((2, 1), await store.VersionAndCountAsync());

        var racers = await Task.WhenAll(Enumerable.Range(10, 8).Select(port => store.InsertAsync(port, version: 2)));
        Assert.Equal(1, racers.Count(won => won));
        Assert.Equal((3, 2), await store.VersionAndCountAsync());

        await store.RunAsync("CleanupDefunctSiloEntriesKey");
        Assert.Equal((3, 1), await store.VersionAndCountAsync());
        await store.RunAsync("DeleteMembershipTableEntriesKey");
        Assert.Null(await store.VersionAndCountAsync());
    }

    [PostgresFact]
    public async Task A_store_that_cannot_be_used_ends_the_start_with_a_sentence_without_the_password()
    {
        await SaysAsync(_server.ConnectionString, "apply Silo/deploy/postgres/clustering.sql");
        await SaysAsync(_server.Connection("not the password"), "refuses the user or the password");
        await using var store = await PostgresStore.OpenAsync(_server.ConnectionString);
        await store.ApplySchemaAsync();
        await Start(_server.ConnectionString);
    }

    private static async Task SaysAsync(string connection, string part)
    {
        var failure = await Assert.ThrowsAsync<StartException>(() => Start(connection));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("assword=", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, failure.Message, StringComparison.Ordinal);
    }

    private static Task Start(string connection)
    {
        var cluster = ClusterSource.Parse($"postgres:{connection}");
        return new ClusterStore(cluster, new RedisConnection(cluster)).StartAsync(CancellationToken.None);
    }
}
