using System.Net;

namespace Preble.Hosting.Fleet;

/// <summary>This process as a member of a fleet. Checked by <see cref="FleetOptionsValidator"/> before anything starts.</summary>
public sealed record FleetOptions
{
    public ClusterSource Cluster { get; init; } = ClusterSource.Alone;

    public SiloRoles Roles { get; init; } = SiloRoles.All;

    /// <summary>Silos see each other when both names are equal. The first is for one deployment, the second stays over all of them.</summary>
    public string ClusterId { get; init; } = "preble";

    public string ServiceId { get; init; } = "preble";

    /// <summary>Unique in the cluster, and the same after a restart: the worker ids begin with it. Null for the host's name and the silo's port.</summary>
    public string? SiloName { get; init; }

    /// <summary>Where other silos reach this one.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port for other silos; 0 takes a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>A silo that leaves so many probes in a row unanswered is declared dead by those who probe it.</summary>
    public int MissedProbes { get; init; } = 3;

    /// <summary>How long a probe waits for its answer. The time to find a dead silo is about this times <see cref="MissedProbes"/>.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Take name and address from the pod, and ask the API server which pods are gone. The name must be the pod's.</summary>
    public bool Kubernetes { get; init; }

    public bool Has(SiloRoles role) => Roles.HasFlag(role);
}
