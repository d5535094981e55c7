using System.Net;
using Preble.Hosting.Kubernetes;

namespace Preble.Deploy.Pods;

/// <summary>Members and pods of small fleets.</summary>
internal static class Fleets
{
    public static readonly FleetMember Own = Member("own", 1, started: 100);

    public static readonly HashSet<FleetMember> Nobody = [];

    public static FleetMember Member(string name, byte host, int started = 200, bool active = true) =>
        new(name, new IPEndPoint(Address(host), 11111), started, active);

    public static MemberList Of(params FleetMember[] others) => new(Own, others);

    public static Pod Pod(string name, byte host) => new(name, [Address(host)]);

    public static Pod PodOf(FleetMember member) => new(member.Name, [member.Place.Address]);

    private static IPAddress Address(byte host) => new([10, 0, 0, host]);
}
