using System.Net;
using System.Net.Sockets;

namespace Preble.Testing;

/// <summary>A port of this machine that nobody uses. Another program may take it before its finder does.</summary>
public static class LocalPort
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
