using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Preble.Hosting.Orleans;

/// <summary>
/// Ends what is left of a silo of the same name in the list of silos: this one is its restart. Else the grains of its workers would stand in the
/// directory as the dead one's until the probes have found it dead, and could not be started here. A name is one process's; a second process of
/// the same name, still alive, reads that it is dead and ends.
/// </summary>
internal sealed class OlderSelf(IClusterMembershipService members, ILocalSiloDetails here, ILogger<OlderSelf> log)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>How long a start waits for the list to be written.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(OlderSelf), ServiceLifecycleStage.Active + 1, EndAsync, static _ => Task.CompletedTask);

    private async Task EndAsync(CancellationToken cancellation)
    {
        var older = members.CurrentSnapshot.Members.Values.Where(IsOlder).ToList();
        foreach (var member in older)
        {
            log.OlderSelfEnded(member.SiloAddress, member.Name);
            await members.TryKill(member.SiloAddress);
        }

        // To be killed is only asked for there.
        if (older.Count > 0)
        {
            await GoneAsync(cancellation).WaitAsync(Patience, cancellation);
        }
    }

    private async Task GoneAsync(CancellationToken cancellation)
    {
        await foreach (var snapshot in members.MembershipUpdates.WithCancellation(cancellation))
        {
            if (!snapshot.Members.Values.Any(IsOlder))
            {
                return;
            }
        }
    }

    private bool IsOlder(ClusterMember member) =>
        member.Name == here.Name && member.Status != SiloStatus.Dead && member.SiloAddress.Generation < here.SiloAddress.Generation;
}
