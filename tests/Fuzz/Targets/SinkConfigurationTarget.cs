using System.Net;
using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Sink;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>The sink's configuration with its calibration beside it.</summary>
internal sealed class SinkConfigurationTarget : FuzzTarget
{
    private const string Good = """
        policy: policy.yaml
        calibration: cal.yaml
        profile: standard
        store: {sqlite: sink.db}
        broker: {embedded: true, port: 1883}
        http: {address: 127.0.0.1, port: 8080}
        zones:
          crossing-north: {device: edge-01, site: plaza-7, title: Crossing north, place: Plaza 7}
        """;

    private readonly ScratchFolder _folder = new();

    public SinkConfigurationTarget()
    {
        _folder.Write("policy.yaml", Encoding.UTF8.GetBytes(PolicyTarget.Good));
        _folder.Write("cal.yaml", "crossing-north: {red_crossing: 0.9}\n"u8);
    }

    public override IReadOnlyList<string> Words =>
    [
        "policy: ", "policy.yaml", "calibration: ", "cal.yaml", "profile: demo", "broker: ", "embedded: false", "host: 10.0.0.1", "username: x, password: env:HOME", "http: ", "zones: ",
        "simulated-", "clinic", "device: ", "site: ", "clientId: ", "../", "&a ", "*a", "- ", "\t", "---\n", "\"\\e\"", "{}", "[]", "~",
    ];

    public override Gen<byte[]> Nearly { get; } = YamlTricks.On(
        Good, Good.Replace("{embedded: true, port: 1883}", "{embedded: false, host: broker.example, port: 8883, username: me, password: \"env:HOME\", tls: {}}", StringComparison.Ordinal));

    public override bool Judge(byte[] input)
    {
        var (configuration, faults) = SinkConfiguration.Read(_folder.Write("sink.yaml", input));
        Demand(configuration is not null == (faults.Count == 0), "it has faults.");
        Demand(faults.All(fault => !fault.ToString().Any(char.IsControl)), "a fault has a control character.");
        if (configuration is not { Options: var options })
            return false;
        Demand(IPAddress.TryParse(options.Http.Address, out _), "its address is none.");
        Demand(Names.IsValid(options.Broker.ClientId), "its client id is no name.");
        Demand(!options.Broker.Host.Any(char.IsControl), "a text that reaches the log has a control character.");
        Demand(!options.Broker.Embedded || IPAddress.IsLoopback(IPAddress.Parse(options.Broker.Host)), "its broker listens to other machines.");
        foreach (var (zone, entry) in options.Zones)
        {
            Demand(Names.IsValid(zone) && Names.IsValid(entry.Device) && (entry.Site is null || Names.IsValid(entry.Site)), $"{zone} has a name that is none.");
            Demand(ForbiddenPlaces.KindOf(zone) is null && !zone.StartsWith("simulated", StringComparison.Ordinal), $"{zone} must not be in a register.");
        }

        return true;
    }
}
