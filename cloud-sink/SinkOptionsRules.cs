using System.Net;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink;

/// <summary>What must hold between the keys of <c>sink.yaml</c>.</summary>
internal static class SinkOptionsRules
{
    private const string NameForm = "Names are [a-z0-9-], 3 to 32 characters.";

    public static void Check(SinkOptions options, Action<string, string, string> fault)
    {
        CheckBroker(options.Broker, fault);
        if (!IPAddress.TryParse(options.Http.Address, out _))
            fault("http.address", $"'{options.Http.Address}' is not an IP address.", "127.0.0.1 serves this machine only, 0.0.0.0 every network.");
        foreach (var (zone, entry) in options.Zones)
            CheckZone(zone, entry, fault);
    }

    private static void CheckBroker(BrokerOptions broker, Action<string, string, string> fault)
    {
        if (broker.Embedded)
        {
            if (!IPAddress.TryParse(broker.Host, out var address) || !IPAddress.IsLoopback(address))
                fault("broker.host", "The embedded broker listens on 127.0.0.1 only.", "Leave the key out, or set broker.embedded: false and name your broker.");
            if (broker.Username is not null || broker.Password is not null)
                fault("broker.username", "The embedded broker has no accounts.", "Leave username and password out.");
        }
        else
        {
            if (Uri.CheckHostName(broker.Host) == UriHostNameType.Unknown)
                fault("broker.host", "This is no name of a host and no address.", "Write it without mqtt:// and without the port.");
            if (broker.Port == 0)
                fault("broker.port", "An external broker has a port.", "1883 without and 8883 with TLS are usual.");
            if ((broker.Username is null) != (broker.Password is null))
                fault("broker.username", "Username and password come together.", "Write both, the password as env:NAME or file:/path.");
        }

        if (!Names.IsValid(broker.ClientId))
            fault("broker.clientId", $"'{broker.ClientId}' is not a name.", NameForm);
    }

    private static void CheckZone(string zone, ZoneEntry entry, Action<string, string, string> fault)
    {
        var key = $"zones.{zone}";
        if (!Names.IsValid(zone))
            fault(key, $"'{zone}' is not a name.", NameForm);
        if (!Names.IsValid(entry.Device))
            fault($"{key}.device", $"'{entry.Device}' is not a name.", NameForm);
        if (entry.Site is not null && !Names.IsValid(entry.Site))
            fault($"{key}.site", $"'{entry.Site}' is not a name.", NameForm);
        foreach (var name in new[] { zone, entry.Site ?? "" })
        {
            if (ForbiddenPlaces.KindOf(name) is { } kind)
                fault(key, $"'{name}' reads as {kind}, and no such place is ever scored.", "Take it out of the register. If it only sounds so, give it another name.");
        }

        if (SimulatedNames.Includes(zone) || SimulatedNames.Includes(entry.Device) || SimulatedNames.Includes(entry.Site ?? ""))
            fault(key, "Names that begin with 'simulated' belong to sink simulate.", "Choose another name.");
    }
}
