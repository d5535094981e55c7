using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Preble.Hosting;
using Preble.Hosting.Fleet;

namespace Preble.Commands;

/// <summary>The command-line options of a server as a member of a fleet.</summary>
internal sealed class FleetCommandOptions
{
    /// <summary>For what must not stand in a list of processes.</summary>
    public const string ClusterVariable = "PREBLE_CLUSTER";

    /// <summary>For containers, which learn their address only when they start.</summary>
    private const string OwnAddress = "auto";

    private static readonly FleetOptions Defaults = new();

    private readonly Option<string?> _cluster = new("--cluster")
    {
        HelpName = "WHERE",
        Description = "How the processes of a fleet find each other: redis:HOST:PORT[,OPTIONS], postgres:CONNECTION-STRING, or dev:ADDRESS:PORT of the "
            + $"first process. Default: the variable {ClusterVariable}; without it the process is alone.",
    };

    private readonly Option<string> _role = Of(
        "--role", "ROLES", "What this process does: all, or a list of gateway, worker, scheduler.", "all");

    private readonly Option<string?> _siloName = new("--silo-name")
    {
        HelpName = "NAME", Description = "Unique in the fleet and the same after a restart. Default: the host's name and the silo's port.",
    };

    private readonly Option<string> _clusterId = Of("--cluster-id", "NAME", "Name of this deployment of the fleet.", Defaults.ClusterId);

    private readonly Option<string> _serviceId = Of("--service-id", "NAME", "Name of the fleet over all its deployments.", Defaults.ServiceId);

    private readonly Option<string> _siloAddress = Of(
        "--silo-address", "ADDRESS", $"Where the other processes reach this one; {OwnAddress}: at the address of this host's name.", "127.0.0.1");

    private readonly Option<int> _siloPort = Of("--silo-port", "N", "The port for the other processes; 0 takes a free one.", Defaults.SiloPort);

    private readonly Option<double> _probeTimeout = Of(
        "--probe-timeout-ms", "MS", "How long a process may take to answer a probe of another.", Defaults.ProbeTimeout.TotalMilliseconds);

    private readonly Option<int> _missedProbes = Of(
        "--missed-probes", "N", "A process that has left so many probes unanswered is declared dead.", Defaults.MissedProbes);

    private readonly Option<bool> _kubernetes = new("--kubernetes")
    {
        Description = "Take name and address from the pod's variables POD_NAME and POD_IP, and ask the API server which pods are gone.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _cluster, _role, _siloName, _clusterId, _serviceId, _siloAddress, _siloPort, _probeTimeout, _missedProbes, _kubernetes,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>A fleet is Orleans', so who names a cluster need not name the runtime.</summary>
    /// <exception cref="StartException">A value makes no sense.</exception>
    public ServeOptions Read(ParseResult arguments, ServeOptions options)
    {
        var where = arguments.GetValue(_cluster) ?? Environment.GetEnvironmentVariable(ClusterVariable);
        var cluster = string.IsNullOrWhiteSpace(where) ? ClusterSource.Alone : ClusterSource.Parse(where);
        var port = arguments.GetValue(_siloPort);
        var fleet = new FleetOptions
        {
            Cluster = cluster,
            Roles = RoleNames.Parse(arguments.GetValue(_role)!),
            ClusterId = arguments.GetValue(_clusterId)!,
            ServiceId = arguments.GetValue(_serviceId)!,
            Address = Address(SiloAddress(arguments)),
            SiloPort = cluster.IsShared && port == 0 ? FreePort.Find() : port,
            MissedProbes = arguments.GetValue(_missedProbes),
            ProbeTimeout = TimeSpan.FromMilliseconds(arguments.GetValue(_probeTimeout)),
            Kubernetes = arguments.GetValue(_kubernetes),
        };
        return options with
        {
            Runtime = cluster.IsShared ? GrainHost.Orleans : options.Runtime,
            Fleet = fleet with { SiloName = arguments.GetValue(_siloName) ?? Name(fleet) },
        };
    }

    /// <summary>In Kubernetes the pod's, which a set of pods keeps over restarts.</summary>
    private static string? Name(FleetOptions fleet) => fleet.Kubernetes && Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod
        : fleet.Cluster.IsShared ? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{fleet.SiloPort}")
        : null;

    /// <summary>The pod's, where the address is not named.</summary>
    private string SiloAddress(ParseResult arguments) =>
        arguments.GetValue(_kubernetes) && arguments.GetResult(_siloAddress) is null or { Implicit: true }
        && Environment.GetEnvironmentVariable("POD_IP") is { Length: > 0 } pod ? pod
        : arguments.GetValue(_siloAddress)!;

    private static IPAddress Address(string text) => IPAddress.TryParse(text, out var address) ? address
        : text is OwnAddress ? Own(Dns.GetHostName())
        : throw new StartException($"--silo-address must be an IP address or '{OwnAddress}', not '{text}'.");

    /// <summary>Of several, the first that other machines can reach, and of IPv4 where there is one.</summary>
    private static IPAddress Own(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
                .MinBy(address => address.AddressFamily is AddressFamily.InterNetwork ? 0 : 1)
                ?? throw new StartException($"--silo-address {OwnAddress}: this host's name, {host}, stands for no address that others reach.");
        }
        catch (SocketException unknown)
        {
            throw new StartException($"--silo-address {OwnAddress}: this host's name, {host}, has no address; give the address.", unknown);
        }
    }

    private static Option<T> Of<T>(string name, string helpName, string description, T value) =>
        new(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => value };
}
