using Npgsql;
using Preble.Testing;

namespace Preble.OnSilo.Clustering;

/// <summary>The statements of the schema, run as Orleans runs them.</summary>
internal sealed class PostgresStore : IAsyncDisposable
{
    private static readonly DateTime Time = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly NpgsqlDataSource _source;

    private PostgresStore(NpgsqlDataSource source) => _source = source;

    public static string SchemaPath => Path.Combine(RepositoryPaths.Root, "Silo", "deploy", "postgres", "clustering.sql");

    public static async Task<PostgresStore> OpenAsync(string connection)
    {
        var store = new PostgresStore(NpgsqlDataSource.Create(connection));
        await using var _ = await store._source.OpenConnectionAsync();
        return store;
    }

    /// <summary>As the text is: its statements hold no parameters of their own, and Npgsql must not look for any.</summary>
    public async Task ApplySchemaAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = await File.ReadAllTextAsync(SchemaPath);
        command.AllResultTypesAreUnknown = false;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<bool> AskAsync(string key, params (string Name, object Value)[] values)
    {
        await using var command = await CommandAsync(key, values);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    public async Task RunAsync(string key)
    {
        await using var command = await CommandAsync(key, [("IAmAliveTime", Time.AddDays(1))]);
        await command.ExecuteNonQueryAsync();
    }

    public Task<bool> InsertAsync(int port, int version) => AskAsync(
        "InsertMembershipKey", ("Address", "127.0.0.1"), ("Port", port), ("Generation", 5), ("SiloName", "s"), ("HostName", "h"), ("Status", 3),
        ("ProxyPort", 30000), ("StartTime", Time), ("IAmAliveTime", Time), ("Version", version));

    public Task<bool> UpdateAsync(int port, int version, int status) => AskAsync(
        "UpdateMembershipKey", ("Address", "127.0.0.1"), ("Port", port), ("Generation", 5), ("Status", status), ("SuspectTimes", "x"),
        ("IAmAliveTime", Time), ("Version", version));

    /// <summary>Null when the cluster is not there at all.</summary>
    public async Task<(int Version, int Silos)?> VersionAndCountAsync()
    {
        await using var command = await CommandAsync("MembershipReadAllKey", []);
        await using var rows = await command.ExecuteReaderAsync();
        (int, int)? found = null;
        while (await rows.ReadAsync())
        {
            var silo = await rows.IsDBNullAsync(rows.GetOrdinal("StartTime")) ? 0 : 1;
            found = (rows.GetInt32(rows.GetOrdinal("Version")), (found?.Item2 ?? 0) + silo);
        }

        return found;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<NpgsqlCommand> CommandAsync(string key, (string Name, object Value)[] values)
    {
        await using var query = _source.CreateCommand("SELECT querytext FROM orleansquery WHERE querykey = $1");
        query.Parameters.Add(new NpgsqlParameter { Value = key });
        var command = _source.CreateCommand((string)(await query.ExecuteScalarAsync())!);
        foreach (var (name, value) in values.Append(("DeploymentId", "fleet")))
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
