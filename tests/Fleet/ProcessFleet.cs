using System.Collections.Concurrent;
using Preble.Testing;

namespace Preble.FleetProcesses;

/// <summary>Processes of the real program that find each other by a Redis of the test's own. Tests may kill them; disposing kills what is left.</summary>
internal sealed class ProcessFleet(TimeSpan probeTimeout, params (string Name, string Role)[] roles) : IAsyncDisposable
{
    private const string WorkerRole = "worker";

    /// <summary>Longer than any stream of these tests takes, so that a drain waits for their end and not for a clock.</summary>
    private const string DrainSeconds = "100";

    private readonly RedisServer _redis = new();
    private readonly ConcurrentDictionary<string, FleetMember> _members = new(StringComparer.Ordinal);

    public FleetMember Gateway => _members[roles.Single(member => member.Role.Contains("gateway", StringComparison.Ordinal)).Name];

    public IReadOnlyList<FleetMember> Workers => Of(WorkerRole);

    public IReadOnlyList<FleetMember> Of(string role) => [.. roles.Where(member => member.Role == role).Select(member => _members[member.Name])];

    /// <summary>What those have written to standard error that have ended.</summary>
    public string LastWords => string.Concat(_members.Values.Where(member => member.Process.HasExited)
        .Select(member => $"{member.Name} has ended and said:\n{member.Process.Errors}"));

    public async Task StartAsync()
    {
        await _redis.StartAsync();
        await MakeWholeAsync();
    }

    /// <summary>Starts those again that a test has ended, under their names, and returns when all serve.</summary>
    public async Task MakeWholeAsync()
    {
        await Task.WhenAll(roles.Where(member => !_members.TryGetValue(member.Name, out var there) || there.Process.HasExited).Select(StartAsync));
        foreach (var worker in Workers)
        {
            await Wait.UntilAsync(worker.IsReadyAsync, $"{worker.Worker} serves");
        }

        await Wait.UntilAsync(async () => await Gateway.HealthyWorkersAsync() == Workers.Count, "the scheduler knows every worker");
    }

    /// <summary>The process whose worker most of the streams that have not ended were begun at.</summary>
    public FleetMember Busiest(IEnumerable<ClientStream> streams) =>
        Workers.MaxBy(worker => streams.Count(stream => !stream.HasEnded && stream.Worker == worker.Worker))!;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_members.Values.Select(member => member.DisposeAsync().AsTask()));
        await _redis.DisposeAsync();
    }

    private async Task StartAsync((string Name, string Role) member)
    {
        var started = await FleetMember.StartAsync(
            member.Name, "--cluster", _redis.Cluster, "--role", member.Role, "--silo-name", member.Name, "--drain-seconds", DrainSeconds,
            "--probe-timeout-ms", $"{probeTimeout.TotalMilliseconds}");
        if (_members.TryGetValue(member.Name, out var ended))
        {
            await ended.DisposeAsync();
        }

        _members[member.Name] = started;
    }
}
