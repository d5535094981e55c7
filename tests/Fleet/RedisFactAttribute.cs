using Preble.Testing;

namespace Preble.FleetProcesses;

/// <summary>A test that needs a Redis; where there is none it is skipped and says so.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.IsInstalled ? null : "redis-server is not installed on this machine";
}
