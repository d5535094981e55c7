using System.Net;
using System.Net.Sockets;

namespace Preble.Hosting.Fleet;

/// <summary>A port of this machine that nobody uses. Another program may take it before its finder does, which then says so.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
