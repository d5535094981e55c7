using System.Net;

namespace Preble.Hosting.Kubernetes;

/// <summary>Which members of a fleet have lost their pod. A member's name is its pod's.</summary>
internal static class LostMembers
{
    /// <summary>So many processes ask the API server, however large the fleet is. Should they all be lost at once, the probes find it out.</summary>
    public const int Watchers = 2;

    /// <summary>True for those who have been in the fleet longest.</summary>
    public static bool IsWatcher(MemberList members) =>
        members.Others.Count(other => other.IsActive && IsBefore(other, members.Own)) < Watchers;

    /// <summary>
    /// Compares the members with the pods that there were after the members had been read: in the other order a pod could have been too young for
    /// its list.
    /// </summary>
    /// <param name="movedBefore">What the last comparison said in <see cref="Findings.Moved"/>.</param>
    /// <returns>
    /// Null when this process' own pod is not there at its own address: then these are not the fleet's pods, or the addresses are not those of pods.
    /// </returns>
    public static Findings? Find(MemberList members, IReadOnlyList<Pod> pods, IReadOnlySet<FleetMember> movedBefore)
    {
        var named = pods.ToDictionary(pod => pod.Name, StringComparer.Ordinal);
        if (!named.TryGetValue(members.Own.Name, out var own) || !own.Addresses.Contains(members.Own.Place.Address))
        {
            return null;
        }

        var gone = new List<FleetMember>();
        var moved = new HashSet<FleetMember>();
        foreach (var member in members.Others)
        {
            if (!named.TryGetValue(member.Name, out var pod) || pod.HasEnded)
            {
                gone.Add(member);
            }
            else if (IsElsewhere(member, pod))
            {
                moved.Add(member);
            }
        }

        gone.AddRange(moved.Where(movedBefore.Contains));
        return new Findings(gone, moved);
    }

    private static bool IsElsewhere(FleetMember member, Pod pod) => pod.Addresses.Count > 0 && !pod.Addresses.Contains(member.Place.Address);

    private static bool IsBefore(FleetMember one, FleetMember other) =>
        (one.Generation, string.CompareOrdinal(one.Name, other.Name)).CompareTo((other.Generation, 0)) < 0;
}

/// <param name="Gone">To be declared dead.</param>
/// <param name="Moved">
/// Those whose pod has another address. Who is here twice in a row is in <paramref name="Gone"/> too; once is not enough, for the API server hears of
/// an address a moment after the process does.
/// </param>
internal sealed record Findings(IReadOnlyList<FleetMember> Gone, IReadOnlySet<FleetMember> Moved);
