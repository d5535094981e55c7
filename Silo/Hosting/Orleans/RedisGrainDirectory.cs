using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.GrainDirectory;
using Orleans.Runtime;
using StackExchange.Redis;

namespace Preble.Hosting.Orleans;

/// <summary>
/// Where each activation of the cluster runs: one hash in Redis, a field a grain. It outlives the silos, so that the end of one recreates only
/// what ran there. While Redis is away, grains that a silo has called before are found by its cache; to place a new one fails.
/// </summary>
internal sealed class RedisGrainDirectory(
    RedisConnection connection, IOptions<ClusterOptions> names, ILogger<RedisGrainDirectory> log) : IGrainDirectory
{
    private const string Kind = "grains";

    /// <summary>Fields looked at by one step of a scan.</summary>
    private const int ScanPage = 500;

    // An empty third argument stands for nothing to replace.
    private const string RegisterScript = """
        local held = redis.call('HGET', KEYS[1], ARGV[1])
        local free = not held or (ARGV[3] ~= '' and string.sub(held, 1, #ARGV[3]) == ARGV[3])
        if not free then return held end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        return ARGV[2]
        """;

    private const string UnregisterScript = """
        local held = redis.call('HGET', KEYS[1], ARGV[1])
        if held and string.sub(held, 1, #ARGV[2]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end
        return 0
        """;

    private readonly RedisKey[] _key = [RedisConnection.Key(names.Value, Kind)];

    /// <summary>The address that holds the place, which is another one's when the grain runs already.</summary>
    public Task<GrainAddress?> Register(GrainAddress address) => Register(address, null);

    /// <summary>As above, and what is registered as <paramref name="previousAddress"/> gives way.</summary>
    public async Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress)
    {
        var previous = previousAddress is null ? "" : DirectoryEntry.Identity(previousAddress);
        var held = await (await OpenAsync()).ScriptEvaluateAsync(
            RegisterScript, _key, [address.GrainId.ToString(), DirectoryEntry.Write(address), previous]);
        return DirectoryEntry.Read(address.GrainId, (string)held!);
    }

    /// <summary>Does nothing when another activation holds the place by now.</summary>
    public async Task Unregister(GrainAddress address) =>
        await (await OpenAsync()).ScriptEvaluateAsync(UnregisterScript, _key, [address.GrainId.ToString(), DirectoryEntry.Identity(address)]);

    public async Task<GrainAddress?> Lookup(GrainId grainId) =>
        await (await OpenAsync()).HashGetAsync(_key[0], grainId.ToString()) is { HasValue: true } entry
            ? DirectoryEntry.Read(grainId, entry!)
            : null;

    /// <summary>
    /// Never fails, for the silo hears of no further deaths after a failure here. What is left when Redis is away goes at its next look-up.
    /// </summary>
    public async Task UnregisterSilos(List<SiloAddress> siloAddresses)
    {
        try
        {
            var redis = await OpenAsync();
            await foreach (var field in redis.HashScanAsync(_key[0], pageSize: ScanPage))
            {
                if (siloAddresses.Exists(silo => DirectoryEntry.IsOf(field.Value!, silo)))
                {
                    // The entry may have changed since it was read: only what was read goes.
                    await redis.ScriptEvaluateAsync(UnregisterScript, _key, [field.Name, field.Value]);
                }
            }
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            log.DeadEntriesStay(failure.Message, siloAddresses.Count);
        }
    }

    private async Task<IDatabase> OpenAsync() => (await connection.OpenAsync()).GetDatabase();
}
