using Orleans.Configuration;
using Preble.Hosting.Fleet;

namespace Preble.Hosting.Orleans;

/// <summary>How silos find that one of them is dead.</summary>
internal static class Probes
{
    /// <summary>
    /// A probe's time-out follows the measured round trips, between half of the option and the option itself: Orleans' own upper bound is four
    /// times it, and with it go the period of the probes and how long a frozen silo is believed for what it sent before.
    /// </summary>
    /// <remarks>
    /// Two votes are enough to declare a death, and where fewer than three silos are left, one: Orleans lowers the number by itself. In a cut
    /// between two silos the first to write into the list survives; the other one ends its process.
    /// </remarks>
    public static void Set(ClusterMembershipOptions membership, FleetOptions fleet)
    {
        membership.ProbeTimeout = fleet.ProbeTimeout;
        membership.MinProbeTimeout = fleet.ProbeTimeout / 2;
        membership.MaxProbeTimeout = fleet.ProbeTimeout;
        membership.NumMissedProbesLimit = fleet.MissedProbes;
        membership.NumVotesForDeathDeclaration = 2;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(20);
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
        membership.MaxJoinAttemptTime = TimeSpan.FromMinutes(2);
    }
}
