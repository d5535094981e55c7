using System.Net;

namespace Preble.Hosting.Kubernetes;

/// <summary>The list of silos, as far as the pods matter to it.</summary>
internal interface IFleetMembers
{
    /// <summary>Null while this process has not joined, or no longer belongs to the fleet.</summary>
    MemberList? Read();

    /// <summary>Has it declared dead; false when somebody else changed the list meanwhile. Throws what the list's store throws.</summary>
    Task<bool> EndAsync(FleetMember member);
}

/// <summary>A process of the fleet that is not declared dead.</summary>
/// <param name="Place">Where the others reach it.</param>
/// <param name="Generation">Larger for a later start.</param>
/// <param name="IsActive">It has joined and is not about to leave.</param>
internal sealed record FleetMember(string Name, IPEndPoint Place, int Generation, bool IsActive = true);

internal sealed record MemberList(FleetMember Own, IReadOnlyList<FleetMember> Others);
