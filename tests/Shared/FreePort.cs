using System.Net;
using System.Net.Sockets;

namespace SocialCredit.Edge.Tests;

/// <summary>A port of loopback that the system says is free.</summary>
internal static class FreePort
{
    public static int Take()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
