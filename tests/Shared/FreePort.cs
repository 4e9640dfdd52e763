using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace SocialCredit.Edge.Tests;

/// <summary>
/// A port of loopback that nobody has, and that nobody gets by chance while a server of the test is down: below those that the system gives
/// to clients.
/// </summary>
internal static class FreePort
{
    private const int First = 15_000, Last = 32_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Taken = [];

    public static int Take()
    {
        lock (Gate)
        {
            while (true)
            {
                var port = RandomNumberGenerator.GetInt32(First, Last);
                if (Taken.Add(port) && IsFree(port))
                    return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
