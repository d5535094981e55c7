using Preble.Testing;

namespace Preble.FleetProcesses;

/// <summary>A process that is asked to end while nobody keeps the fleet's list.</summary>
public sealed class LeavingTests
{
    [RedisFact]
    public async Task A_process_ends_in_time_and_says_so_when_the_list_is_gone()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var member = await FleetMember.StartAsync("s", "--cluster", redis.Cluster, "--role", "scheduler", "--silo-name", "s");
        await redis.StopAsync();
        await member.Process.TerminateAsync();
        Assert.Equal(0, await member.Process.ExitAsync());
        Assert.Contains("could not be told within 10 s", member.Process.Errors, StringComparison.Ordinal);
    }
}
