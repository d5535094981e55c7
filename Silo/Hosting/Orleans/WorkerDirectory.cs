using Orleans.GrainDirectory;
using Orleans.Runtime;

namespace Preble.Hosting.Orleans;

/// <summary>
/// Where a worker's grain is: on the silo that owns the device. That needs no store and no entry, so none can be lost with another silo, be out of
/// date after a restart, or be out of reach while Redis is. Null while nobody is known to own it; then the placement looks once more.
/// </summary>
internal sealed class WorkerDirectory(SiloFacts facts, IClusterMembershipService members) : IGrainDirectory
{
    public Task<GrainAddress?> Lookup(GrainId grainId)
    {
        var living = members.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress);
        var owner = facts.FindOwner([.. living], grainId.Key.ToString()!);
        return Task.FromResult(owner is null ? null : new GrainAddress
        {
            GrainId = grainId,
            SiloAddress = owner,

            // Messages go to a silo and a grain; which activation of it, only that silo knows.
            ActivationId = ActivationId.GetDeterministic(grainId),
            MembershipVersion = members.CurrentSnapshot.Version,
        });
    }

    /// <summary>Always granted: only the owner activates the grain, and a silo has one activation of a grain.</summary>
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Register(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
