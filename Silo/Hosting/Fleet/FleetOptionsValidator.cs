using System.Net;

namespace Preble.Hosting.Fleet;

/// <summary>Stops the start with one sentence when the options of a fleet make no sense.</summary>
public static class FleetOptionsValidator
{
    public static FleetOptions Validate(this FleetOptions fleet, string runtime)
    {
        var orleans = string.Equals(runtime, GrainHost.Orleans, StringComparison.Ordinal);
        Require(orleans || !fleet.Cluster.IsShared, "--cluster needs --runtime orleans; the in-process host is one process.");
        Require(fleet.Roles == SiloRoles.All || fleet.Cluster.IsShared, "--role needs --cluster: one process alone must do everything.");
        Require(!fleet.Kubernetes || fleet.Cluster.IsShared, "--kubernetes needs --cluster: Kubernetes says which pods are gone, not where the others are.");
        Require(fleet.SiloPort is >= 0 and <= IPEndPoint.MaxPort, $"--silo-port must be between 0 and {IPEndPoint.MaxPort}, not {fleet.SiloPort}.");
        Require(fleet.MissedProbes is >= 1 and <= 100, $"--missed-probes must be from 1 to 100, not {fleet.MissedProbes}.");
        Require(
            fleet.ProbeTimeout >= TimeSpan.FromMilliseconds(50) && fleet.ProbeTimeout <= TimeSpan.FromMinutes(1),
            "--probe-timeout-ms must be from 50 to 60000.");
        foreach (var (option, name) in new[] { ("--cluster-id", fleet.ClusterId), ("--service-id", fleet.ServiceId), ("--silo-name", fleet.SiloName ?? "-") })
        {
            // Names stand in worker ids, metric labels and keys of the store.
            Require(name.Length is > 0 and <= 64 && name.All(IsNameSign), $"{option} must be 1 to 64 letters, digits, '-', '_' or '.', not '{name}'.");
        }

        Require(
            fleet.Cluster.Kind != ClusterKind.Development || IPEndPoint.TryParse(fleet.Cluster.Address, out var first) && first.Port != 0,
            "--cluster dev: needs the ADDRESS:PORT of the first silo, such as dev:127.0.0.1:11111.");
        return fleet;
    }

    private static bool IsNameSign(char sign) => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.';

    private static void Require(bool right, string sentence)
    {
        if (!right)
        {
            throw new StartException(sentence);
        }
    }
}
