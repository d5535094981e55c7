using Orleans.Runtime;
using Preble.Hosting.Kubernetes;

namespace Preble.Hosting.Orleans;

/// <summary>The list of silos for whoever compares it with the pods.</summary>
internal sealed class SiloList(IClusterMembershipService members, ILocalSiloDetails here) : IFleetMembers
{
    public MemberList? Read()
    {
        var living = members.CurrentSnapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead).ToLookup(IsHere, Member);
        return living[true].SingleOrDefault(own => own.IsActive) is { } own ? new MemberList(own, [.. living[false]]) : null;
    }

    public Task<bool> EndAsync(FleetMember member) => members.TryKill(SiloAddress.New(member.Place, member.Generation));

    private bool IsHere(ClusterMember member) => member.SiloAddress.Equals(here.SiloAddress);

    private static FleetMember Member(ClusterMember member) =>
        new(member.Name, member.SiloAddress.Endpoint, member.SiloAddress.Generation, member.Status == SiloStatus.Active);
}
