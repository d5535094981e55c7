using System.Net;
using System.Net.Sockets;
using Preble.Hosting;
using Preble.Hosting.Fleet;

namespace Preble.Api.Tests;

/// <summary>The port for other silos, tried before a start.</summary>
public sealed class SiloPlaceTests
{
    [Fact]
    public void A_port_that_is_taken_is_named_and_a_free_one_stays_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var fleet = new FleetOptions { SiloPort = ((IPEndPoint)other.LocalEndpoint).Port };
        var refusal = Assert.Throws<StartException>(() => SiloPlace.Require(fleet));
        Assert.Equal($"port {fleet.SiloPort} of 127.0.0.1 is in use; choose another with --silo-port, 0 for a free one.", refusal.Message);

        other.Stop();
        SiloPlace.Require(fleet);
        SiloPlace.Require(fleet);
    }
}
