using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>A device's configuration. What it accepts keeps the contract's terms, and no two zones share ground.</summary>
internal sealed partial class AgentConfigurationTarget : FuzzTarget
{
    private const string Policy = """
        id: p-test
        behaviours:
          wrong_way: {sign: bad, weight: 10, reference: 2}
          stop_keep_clear: {sign: bad, weight: 6, reference: 1}
        """;

    private const string Demo = """
        site: test-site
        device: test-device
        profile: demo
        policy: policy.yaml
        broker: {host: 127.0.0.1, port: 1883}
        state: state
        cameras:
          - name: north
            source: clip.avi
            aspect: 4:3
            masks: [[[0, 0], [0.1, 0], [0, 0.1]]]
            zones:
              - name: test-zone
                polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
                windowSeconds: 10
                areas:
                  lane: {polygon: [[0, 0], [1, 0], [1, 1]], direction: [1, 0]}
                behaviours:
                  passage: {}
                  wrong_way: {area: lane}
                  stop_keep_clear: {}
        """;

    private const string Standard = """
        site: plaza-7
        device: edge-01
        policy: policy.yaml
        broker: {host: broker.example, port: 8883, tls: {}}
        cameras:
          - name: north
            source: rtsp://192.0.2.20/stream
            framesPerSecond: 5
            aspect: "16:9"
            ground: {points: [{image: [0.2, 0.9], metres: [0, 0]}, {image: [0.8, 0.9], metres: [6, 0]}, {image: [0.7, 0.4], metres: [6, 12]}, {image: [0.3, 0.4], metres: [0, 12]}]}
            zones:
              - {name: crossing-north, place: crossing, passagesPerHour: 900, tracksPerPerson: 1.6, polygon: [[0.1, 0.4], [0.45, 0.4], [0.45, 0.9], [0.1, 0.9]],
                 areas: {lane: {polygon: [[0.1, 0.4], [0.4, 0.4], [0.4, 0.6]], direction: [1, 0]}}, behaviours: {passage: {}, wrong_way: {area: lane}, stop_keep_clear: {}}}
              - {name: crossing-south, place: plaza, windowSeconds: 21600, polygon: [[0.5, 0.4], [0.9, 0.4], [0.9, 0.9], [0.5, 0.9]],
                 lines: {gate: {from: [0.5, 0.5], to: [0.9, 0.5]}}, areas: {lane: {polygon: [[0.5, 0.4], [0.9, 0.4], [0.9, 0.6]], direction: [1, 0]}},
                 behaviours: {line_passage: {line: gate}, wrong_way: {area: lane}, stop_keep_clear: {}}}
        sensors:
          button: {contact: {line: 17}}
        """;

    private readonly ScratchFolder _folder = new();

    public AgentConfigurationTarget() => _folder.Write("policy.yaml", Encoding.UTF8.GetBytes(Policy));

    public override IReadOnlyList<string> Words =>
    [
        "profile: ", "source: ", "polygon: ", "masks: ", "ground: ", "aspect: ", "place: crossing", "windowSeconds: ", "tracksPerPerson: ", "passagesPerHour: ", "behaviours: ", "areas: ",
        "lines: ", "sensors: ", "outputs: ", "gpio: {simulated: policy.yaml}", "password: env:HOME", "password: file:/dev/null", "username: x", "allowPlainText: true", "[0.5, 0.5]", "[1e38, 0]",
        "[.nan, 0]", "&a ", "*a", "- ", "\t", "---\n", "\"\\e\"", "{}", "[]", "tls: {caFile: x}", "line: ", "contact: ", "enabled: false", "startsAt: 2026-11-22T09:00:00Z", "workers: ",
    ];

    public override Gen<byte[]> Nearly { get; } = YamlTricks.On(Demo, Standard);

    public override bool Judge(byte[] input)
    {
        var configuration = AgentConfiguration.Load(_folder.Write("edge.yaml", input), out var faults);
        Demand(configuration is not null == (faults.Count == 0), "it has faults.");
        Demand(faults.All(fault => !fault.ToString().Any(char.IsControl)), "a fault has a control character.");
        if (configuration is not { Options: var options })
            return false;
        var isLoopback = options.Broker.Host == "localhost" || (IPAddress.TryParse(options.Broker.Host, out var address) && IPAddress.IsLoopback(address));
        Demand(isLoopback || options.Broker.Tls is not null || options.Broker.AllowPlainText, "it speaks plain text to another machine.");
        Demand(isLoopback || options.Profile != PrivacyProfile.Demo, "it is a demonstration that leaves the machine.");
        Demand(configuration.RecordBytes is >= 64 and <= EventRecordJson.BytesMax, "its records do not fit.");
        var zones = options.Cameras.SelectMany(camera => camera.Zones).ToList();
        foreach (var name in options.Cameras.Select(camera => camera.Name).Concat(zones.Select(zone => zone.Name)).Append(options.Site).Append(options.Device))
            Demand(PlainName().IsMatch(name) && ForbiddenPlaces.KindOf(name) is null, $"{name} is no name.");
        foreach (var text in options.Cameras.Select(camera => camera.Source).Append(options.Broker.Host))
            Demand(!text.Any(char.IsControl), "a text that reaches the log has a control character.");
        foreach (var zone in zones)
        {
            Demand(options.Profile switch
            {
                PrivacyProfile.Standard => zone.WindowSeconds is 3600 or 21600,
                PrivacyProfile.Strict => zone.WindowSeconds == 86400,
                _ => zone.WindowSeconds is >= 1 and <= 86400,
            }, "a window has no permitted length.");
            Demand(zone.TracksPerPerson is >= 1.5 and <= 20, "tracks a person are out of range.");
        }

        foreach (var camera in options.Cameras)
            DemandGround(camera.Zones);
        return true;
    }

    /// <summary>By points on a grid: none lies in two zones, and each zone has its hundredth of them.</summary>
    private static void DemandGround(IReadOnlyList<ZoneSection> zones)
    {
        const int side = 40;
        var inside = new int[zones.Count];
        var shared = 0;
        for (var i = 0; i < side * side; i++)
        {
            var point = new Point((i % side + 0.5f) / side, ((float)(i / side) + 0.5f) / side);
            var within = Enumerable.Range(0, zones.Count).Where(zone => IsInside(zones[zone].Polygon, point)).ToList();
            within.ForEach(zone => inside[zone]++);
            shared += within.Count > 1 ? 1 : 0;
        }

        // A point stands for more ground than the rule lets two zones share, so one may fall into a sliver.
        Demand(shared <= 1, $"zones share {shared} of {side * side} points.");
        Demand(inside.All(points => points >= side * side / 200), "a zone is smaller than a hundredth of the picture.");
    }

    /// <summary>Crossings of a ray to the right, counted.</summary>
    private static bool IsInside(IReadOnlyList<Point> polygon, Point point)
    {
        var isInside = false;
        for (int i = 0, before = polygon.Count - 1; i < polygon.Count; before = i++)
        {
            var (a, b) = (polygon[i], polygon[before]);
            var straddles = a.Y > point.Y != b.Y > point.Y;
            if (straddles && point.X < (b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y) + a.X)
                isInside = !isInside;
        }

        return isInside;
    }

    [GeneratedRegex(@"^[a-z0-9-]{3,32}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainName();
}
