using Orleans.Configuration;
using Preble.Hosting.Fleet;
using StackExchange.Redis;

namespace Preble.Hosting.Orleans;

/// <summary>
/// The silo's one connection to Redis, for the list of silos and for the grain directory. Made at its first use; the services dispose it. It
/// reconnects by itself: while Redis is away a command waits <see cref="CommandPatience"/> for it and then fails.
/// </summary>
internal sealed class RedisConnection(ClusterSource cluster) : IAsyncDisposable
{
    private static readonly TimeSpan CommandPatience = TimeSpan.FromSeconds(5);

    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(Options(cluster)));

    /// <exception cref="RedisConnectionException">Nobody answered there at the first use.</exception>
    public async Task<IConnectionMultiplexer> OpenAsync() => await _connection.Value;

    /// <summary>Without the password.</summary>
    public string Place() =>
        string.Join(", ", Options(cluster).EndPoints.Select(place => place.ToString()!.Replace("Unspecified/", "", StringComparison.Ordinal)));

    /// <exception cref="StartException">The address is not one. It is not repeated: it may hold a password.</exception>
    public static ConfigurationOptions Options(ClusterSource cluster)
    {
        try
        {
            var options = ConfigurationOptions.Parse(cluster.Address);
            options.AsyncTimeout = Math.Max(options.AsyncTimeout, (int)CommandPatience.TotalMilliseconds);
            return options;
        }
        catch (ArgumentException wrong)
        {
            throw new StartException("--cluster redis: needs HOST:PORT[,OPTIONS] as StackExchange.Redis reads them.", wrong);
        }
    }

    /// <summary>Where each kind of record of a cluster lies.</summary>
    public static RedisKey Key(ClusterOptions names, string kind) => $"{names.ServiceId}/{kind}/{names.ClusterId}";

    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _connection.Value).DisposeAsync();
        }
    }
}
