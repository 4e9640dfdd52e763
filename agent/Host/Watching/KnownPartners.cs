using System.Net;
using System.Net.Sockets;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Enrolling;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>The machines that a configuration lets this device speak to: broker, cameras, signal controllers, name servers; and the sink that it is enrolled with.</summary>
internal sealed class KnownPartners
{
    private const int NameServicePort = 53;

    private readonly List<(string What, string Address, int Port)> _partners = [];
    private readonly HashSet<string> _nameServers = [];

    private KnownPartners()
    {
    }

    /// <summary>Names are looked up once, as the agent does it at each connection.</summary>
    public static async Task<KnownPartners> OfAsync(AgentConfiguration configuration)
    {
        var options = configuration.Options;
        List<(string What, string Host, int Port)> named = [("the broker", options.Broker.Host, options.Broker.Port)];
        foreach (var camera in options.Cameras)
        {
            if (Uri.TryCreate(camera.Source, UriKind.Absolute, out var source) && source.Scheme.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase))
                named.Add(($"camera {camera.Name}", source.DnsSafeHost, source.Port > 0 ? source.Port : 554));
        }

        foreach (var (name, sensor) in configuration.Sensing.Sensors)
        {
            if (sensor is ControllerOptions controller)
                named.Add(($"signal controller {name}", controller.Partner.Host, controller.Partner.Port));
        }

        if (EnrolledSink.Find(configuration.State) is { } enrolled)
            named.Add(("the sink, asked for a certificate", enrolled.Sink.DnsSafeHost, enrolled.Sink.Port));
        var known = new KnownPartners();
        foreach (var (what, host, port) in named)
        {
            foreach (var address in await AddressesAsync(host))
                known._partners.Add((what, address.ToString(), port));
        }

        if (named.Exists(partner => !IPAddress.TryParse(partner.Host, out _)))
            known._nameServers.UnionWith(NameServers());
        return known;
    }

    /// <summary>What a partner is, or null for one that the configuration does not name.</summary>
    public string? WhatIs(SeenSocket seen)
    {
        // Port 0 on UDP: the C library connects to each address that a name has to see which it would take, and sends nothing.
        var isTrial = seen is { Protocol: "udp", Port: 0 } && seen.Address is not ("0.0.0.0" or "::");
        foreach (var (what, address, port) in _partners)
        {
            if (seen.Address == address && (isTrial || (seen.Protocol == "tcp" && seen.Port == port)))
                return what;
        }

        return seen.Port == NameServicePort && _nameServers.Contains(seen.Address) ? "a name server, asked for the address of a name above" : null;
    }

    private static async Task<IPAddress[]> AddressesAsync(string host)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host);
        }
        catch (SocketException)
        {
            // The agent will not find it either, and says so.
            return [];
        }
    }

    private static IEnumerable<string> NameServers()
    {
        const string file = "/etc/resolv.conf", word = "nameserver";
        return File.Exists(file)
            ? File.ReadAllLines(file).Select(line => line.Split(' ', '\t')).Where(words => words.Length > 1 && words[0] == word).Select(words => words[1])
            : [];
    }
}
