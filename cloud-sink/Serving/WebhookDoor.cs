using System.Net;
using System.Net.Sockets;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Where a webhook may lead. Over https, or in plain text to this machine when its address says so literally; to addresses of the internet, judged after
/// the name was looked up and before anything is sent, so that no name can lead elsewhere; into a private network only where the operator has allowed it
/// for this webhook; to link-local, shared and documentation addresses, where clouds keep their keys, never. Redirections are not followed and no proxy is asked.
/// </summary>
internal static class WebhookDoor
{
    /// <summary>From looking up the name to the head of the answer.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private static readonly HttpRequestOptionsKey<(bool AllowsPrivate, bool IsHere)> Allowed = new("sink-allowed");

    /// <summary>Blocks of a private network (RFC 1918, RFC 6598, RFC 4193).</summary>
    private static readonly IPNetwork[] Private = Networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");

    /// <summary>Of the IANA registries of special-purpose addresses (RFC 6890): all that is not globally reachable, and tunnels that hide an IPv4 address.</summary>
    private static readonly IPNetwork[] Special = Networks(
        "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Why a webhook may not lead there, or null.</summary>
    public static string? FaultOf(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http"))
            return "It is no address of a web server; write https://...";
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "Leave name, password and fragment out of the address: it stands in lists and logs.";
        return url.Scheme == "http" && !url.IsLoopback ? "In plain text only this machine is told; write https://..." : null;
    }

    /// <summary>True if a message may go to this address.</summary>
    /// <param name="address">As the name was looked up.</param>
    /// <param name="allowsPrivate">The operator has allowed it.</param>
    /// <param name="isHere">The webhook's address names this machine literally.</param>
    public static bool MayReach(IPAddress address, bool allowsPrivate, bool isHere)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return isHere;
        if (Array.Exists(Private, block => block.Contains(address)))
            return allowsPrivate;
        return !Array.Exists(Special, block => block.Contains(address)) && (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address));
    }

    /// <summary>Marks a request with what its webhook is allowed.</summary>
    public static void Allow(HttpRequestMessage request, bool allowsPrivate) =>
        request.Options.Set(Allowed, (allowsPrivate, request.RequestUri!.IsLoopback));

    /// <summary>A client that goes through this door. Connections are not kept: each message is judged by itself.</summary>
    public static HttpClient Open() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseHeadersLength = 16,
        ConnectCallback = ConnectAsync,
    })
    { Timeout = AnswerWithin };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        context.InitialRequestMessage.Options.TryGetValue(Allowed, out var allowed);
        var all = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var reachable = Array.FindAll(all, address => MayReach(address, allowed.AllowsPrivate, allowed.IsHere));
        if (reachable.Length == 0)
            throw new HttpRequestException($"{context.DnsEndPoint.Host} has only addresses to which no webhook may lead; for one in your own network: sink webhook add --private");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IPNetwork[] Networks(params string[] blocks) => Array.ConvertAll(blocks, IPNetwork.Parse);
}
