using Microsoft.Extensions.Hosting;
using Npgsql;
using Preble.Hosting.Fleet;
using StackExchange.Redis;

namespace Preble.Hosting.Orleans;

/// <summary>
/// Asks the store of the cluster for an answer before the silo starts, so that a wrong address, password or schema ends the process with one
/// sentence. The sentences name the place, never the password.
/// </summary>
internal sealed class ClusterStore(ClusterSource cluster, RedisConnection redis) : IHostedService
{
    private const string Schema = "Silo/deploy/postgres/clustering.sql";

    public Task StartAsync(CancellationToken cancellationToken) => cluster.Kind switch
    {
        ClusterKind.Redis => AskRedisAsync(),
        ClusterKind.Postgres => AskPostgresAsync(cancellationToken),
        _ => Task.CompletedTask,
    };

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AskRedisAsync()
    {
        try
        {
            await (await redis.OpenAsync()).GetDatabase().PingAsync();
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            var why = failure is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
                ? "it refuses the user or the password"
                : "nobody answers there as Redis would";
            throw new StartException($"The cluster's Redis at {redis.Place()} cannot be used: {why}.", failure);
        }
    }

    private async Task AskPostgresAsync(CancellationToken cancellation)
    {
        var place = Place(cluster.Address);
        try
        {
            await using var connection = new NpgsqlConnection(cluster.Address);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("SELECT (SELECT count(*) FROM orleansquery), (SELECT count(*) FROM preble_cluster)", connection);
            await command.ExecuteScalarAsync(cancellation);
        }
        catch (PostgresException refusal)
        {
            var why = refusal.SqlState switch
            {
                PostgresErrorCodes.UndefinedTable => $"it lacks the fleet's tables; apply {Schema} to it",
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "it refuses the user or the password",
                PostgresErrorCodes.InvalidCatalogName => "it has no such database",
                PostgresErrorCodes.InsufficientPrivilege => "the user may not read the fleet's tables",
                _ => $"it answers with error {refusal.SqlState}",
            };
            throw new StartException($"The cluster's PostgreSQL at {place} cannot be used: {why}.", refusal);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new StartException($"The cluster's PostgreSQL at {place} cannot be used: nobody answers there as PostgreSQL would.", failure);
        }
    }

    /// <exception cref="StartException">It is no connection string. It is not repeated: it may hold a password.</exception>
    private static string Place(string address)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(address);
            return $"{parts.Host}:{parts.Port}, database {parts.Database ?? parts.Username}";
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new StartException("--cluster postgres: needs a connection string such as Host=db;Database=preble;Username=preble.", wrong);
        }
    }
}
