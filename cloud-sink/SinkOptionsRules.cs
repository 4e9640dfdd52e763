using System.Net;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink;

/// <summary>What must hold between the keys of <c>sink.yaml</c>.</summary>
internal static class SinkOptionsRules
{
    private const string NameForm = "Names are [a-z0-9-], 3 to 32 characters.";

    private static readonly string[] TileParts = ["{z}", "{x}", "{y}"];

    public static void Check(SinkOptions options, Action<string, string, string> fault)
    {
        CheckBroker(options.Broker, fault);
        CheckStore(options.Store, fault);
        HttpOptionsRules.Check(options.Http, fault);
        if (options.Enrolment is { } enrolment)
            CheckEnrolment(enrolment, fault);
        if (options.HomeAssistant?.User is { } reader && (reader == options.Broker.ClientId || options.Zones.Values.Any(zone => zone.Device == reader)))
            fault("homeAssistant.user", $"'{reader}' is somebody else at the broker already.", "Give Home Assistant a name of its own, such as homeassistant.");
        CheckWeb(options.Web, fault);
        foreach (var (zone, entry) in options.Zones)
            CheckZone(zone, entry, fault);
    }

    private static void CheckEnrolment(EnrolmentOptions enrolment, Action<string, string, string> fault)
    {
        if (!IPAddress.TryParse(enrolment.Address, out _))
            fault("enrolment.address", $"'{enrolment.Address}' is not an IP address.", "0.0.0.0 serves every network.");
        foreach (var name in enrolment.Names)
        {
            if (!IPAddress.TryParse(name, out _) && !CertificateAuthority.IsServerName(name))
                fault("enrolment.names", $"'{name}' is neither a DNS name nor an IP address.", "Write the names by which devices reach this machine: [sink.example].");
        }
    }

    private static void CheckWeb(WebOptions web, Action<string, string, string> fault)
    {
        if (web.Address is { } address && !(Uri.TryCreate(address, UriKind.Absolute, out var at) && at is { Scheme: "https" or "http", PathAndQuery: "/", Fragment: "", UserInfo: "" }))
            fault("web.address", $"'{address}' is no address of a host.", "Write it with its scheme and without a path: https://places.example.");
        if (web.Tiles is not { } tiles)
            return;
        var isWhole = TileParts.All(part => tiles.Contains(part, StringComparison.Ordinal));
        var isAddress = Uri.TryCreate(WebOptions.Tile(tiles, "0"), UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) && Uri.CheckHostName(uri.IdnHost) != UriHostNameType.Unknown;
        if (!isWhole || !isAddress || tiles.AsSpan().ContainsAny(" ;,'\""))
            fault("web.tiles", $"'{tiles}' is no address of map tiles.", "Write one host and where the numbers stand: https://tile.openstreetmap.org/{z}/{x}/{y}.png.");
    }

    private static void CheckStore(StoreOptions store, Action<string, string, string> fault)
    {
        if (store is { Sqlite: not null, Postgres: not null })
            fault("store", "There is a file and a server.", "Write one of sqlite and postgres.");
        if (store is { Password: not null, Postgres: null })
            fault("store.password", "A file has no password.", "Leave it out, or write store.postgres.");
        if (store.Postgres is not null && EventStores.ProblemOf(store.Postgres) is { } problem)
            fault("store.postgres", problem, "Write it as Host=db.example;Database=scedge;Username=sink and the password as store.password: file:/path.");
    }

    private static void CheckBroker(BrokerOptions broker, Action<string, string, string> fault)
    {
        if (!Names.IsValid(broker.ClientId))
            fault("broker.clientId", $"'{broker.ClientId}' is not a name.", NameForm);
        if (broker.Shared == true && !Ingestion.DeviceRights.IsForSinks(broker.ClientId))
            fault("broker.clientId", $"'{broker.ClientId}' could be a device's name.", "Sinks that share are named sink, sink-2, sink-west, each another.");
        if (broker is { Shared: true, Embedded: true })
            fault("broker.shared", "The embedded broker has one sink.", "Set broker.embedded: false and name the broker that the sinks share.");
        if (broker.Embedded)
            CheckEmbedded(broker, fault);
        else
            CheckExternal(broker, fault);
    }

    private static void CheckEmbedded(BrokerOptions broker, Action<string, string, string> fault)
    {
        if (!IPAddress.TryParse(broker.Host, out var address) || !IPAddress.IsLoopback(address))
            fault("broker.host", "The embedded broker listens on 127.0.0.1 only.", "Leave the key out and write broker.tls for devices on the network, or set broker.embedded: false and name your broker.");
        if (broker.Username is not null || broker.Password is not null)
            fault("broker.username", "The embedded broker has no accounts.", "Leave username and password out.");
        if (broker.Mosquitto is not null)
            fault("broker.mosquitto", "The embedded broker is no mosquitto.", "Set broker.embedded: false, or leave the key out.");
        if (broker.Tls is not { } tls)
            return;
        if (tls.CaFile is not null || tls.CertificateFile is not null || tls.KeyFile is not null)
            fault("broker.tls", "The embedded broker takes its certificate and its devices' from the sink's own authority.", "Leave the files out.");
        if (tls.Address is not null && !IPAddress.TryParse(tls.Address, out _))
            fault("broker.tls.address", $"'{tls.Address}' is not an IP address.", "0.0.0.0 serves every network.");
        if (tls.Names.Count == 0)
            fault("broker.tls.names", "A device must know by which name it reaches the broker.", "Write the names and IP addresses, such as names: [broker.example].");
        foreach (var name in tls.Names.Where(name => !IPAddress.TryParse(name, out _) && !CertificateAuthority.IsServerName(name)))
            fault("broker.tls.names", $"'{name}' is neither a DNS name nor an IP address.", "DNS names are a-z, 0-9, '-' and '.'.");
    }

    private static void CheckExternal(BrokerOptions broker, Action<string, string, string> fault)
    {
        if (broker.Port == 0)
            fault("broker.port", "An external broker has a port.", "1883 without and 8883 with TLS are usual.");
        if ((broker.Username is null) != (broker.Password is null))
            fault("broker.username", "Username and password come together.", "Write both, the password as env:NAME or file:/path.");
        if (Uri.CheckHostName(broker.Host) == UriHostNameType.Unknown)
        {
            fault("broker.host", "This is no name of a host and no address.", "Write it without mqtt:// and without the port.");
        }
        else if (broker.Tls is null && !broker.IsLoopback && !broker.AllowPlainText)
        {
            fault("broker.host", $"'{broker.Host}' is another machine and would be spoken to in plain text.",
                "Write broker.tls: {} for a broker with a certificate of this sink's authority, or its caFile, certificateFile and keyFile; in a laboratory allowPlainText: true.");
        }

        if (broker.Tls is not { } tls)
            return;
        if ((tls.CertificateFile is null) != (tls.KeyFile is null))
            fault("broker.tls.certificateFile", "Certificate and key come together.", "Write both files, or neither: then the sink's own authority makes both.");
        if (tls.Address is not null || tls.Port is not null || tls.Names.Count > 0)
            fault("broker.tls", "Address, port and names are for the embedded broker.", "Another broker stands in broker.host and broker.port.");
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
        if ((entry.Latitude is null) != (entry.Longitude is null))
            fault($"{key}.latitude", "Latitude and longitude come together.", "Write both, in degrees, or neither.");
        foreach (var name in new[] { zone, entry.Site ?? "" })
        {
            if (ForbiddenPlaces.KindOf(name) is { } kind)
                fault(key, $"'{name}' reads as {kind}, and no such place is ever scored.", "Take it out of the register. If it only sounds so, give it another name.");
        }

        if (SimulatedNames.Includes(zone) || SimulatedNames.Includes(entry.Device) || SimulatedNames.Includes(entry.Site ?? ""))
            fault(key, "Names that begin with 'simulated' belong to sink simulate.", "Choose another name.");
    }
}
