using Microsoft.Extensions.Hosting;

namespace Preble.Hosting.Kubernetes;

/// <summary>
/// Asks every few seconds which pods of the fleet there are, and has those processes declared dead whose pod is gone: sooner than the probes would
/// find out. Whenever it does not know, it does nothing, and the probes remain.
/// </summary>
internal sealed class PodWatch(IPods pods, IFleetMembers list, TimeProvider time, ILogger<PodWatch> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly HashSet<FleetMember> Nobody = [];

    private IReadOnlySet<FleetMember> _moved = Nobody;
    private bool _inTrouble;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One look; they do not overlap.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        // Before the pods, see LostMembers.Find.
        if (list.Read() is not { } members || !LostMembers.IsWatcher(members))
        {
            _moved = Nobody;
            return;
        }

        try
        {
            if (LostMembers.Find(members, await pods.ListAsync(cancellation), _moved) is not { } found)
            {
                Trouble($"the pod {members.Own.Name} at {members.Own.Place.Address}, this process' own, is not among the fleet's");
                return;
            }

            _moved = found.Moved;
            await EndAsync(found);
        }
        catch (PodsUnknownException unknown)
        {
            Trouble(unknown.Message);
        }
    }

    private async Task EndAsync(Findings found)
    {
        foreach (var member in found.Gone)
        {
            try
            {
                if (await list.EndAsync(member))
                {
                    log.PodGone(member.Name, member.Place);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Whatever the store of the list throws while it is away. The next look tries again.
                Trouble($"the list of processes cannot be changed: {failure.GetType().Name}");
                return;
            }
        }

        if (_inTrouble)
        {
            _inTrouble = false;
            log.PodsKnownAgain();
        }
    }

    /// <summary>Said once, not with every look.</summary>
    private void Trouble(string reason)
    {
        _moved = Nobody;
        if (!_inTrouble)
        {
            _inTrouble = true;
            log.PodsUnknown(reason);
        }
    }
}
