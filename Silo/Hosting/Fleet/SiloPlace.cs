using System.Net;
using System.Net.Sockets;

namespace Preble.Hosting.Fleet;

/// <summary>The port at which other silos reach this one. Tried before anything starts, for the silo's own failure would be a stack trace.</summary>
internal static class SiloPlace
{
    /// <exception cref="StartException">The port cannot be taken.</exception>
    public static void Require(FleetOptions fleet)
    {
        // A place that is not this machine's own loopback may be another's name for it, so the silo listens at all of the machine's.
        var address = IPAddress.IsLoopback(fleet.Address) ? fleet.Address : IPAddress.Any;
        try
        {
            using var listener = new TcpListener(address, fleet.SiloPort);
            listener.Start();
        }
        catch (SocketException failure)
        {
            throw new StartException(
                failure.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"port {fleet.SiloPort} of {address} is in use; choose another with --silo-port, 0 for a free one."
                    : $"cannot listen for other silos on port {fleet.SiloPort} of {address}: {failure.Message}.",
                failure);
        }
    }
}
