namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>What stands in the files of the chaos bed.</summary>
internal static class ChaosText
{
    public const string Policy = """
        id: p-chaos
        behaviours:
          stop_keep_clear: {sign: bad, weight: 6, reference: 1}
        """;

    /// <summary>The sink's configuration.</summary>
    public static string Sink(int brokerPort, int enrolmentPort) => $$"""
        profile: demo
        policy: policy.yaml
        broker:
          embedded: false
          host: localhost
          port: {{brokerPort}}
          tls: {}
          mosquitto: {folder: broker, pidFile: mosquitto.pid}
        store: {sqlite: sink.db}
        http: {port: 0}
        devices: {trust: enrolled}
        enrolment: {address: 127.0.0.1, port: {{enrolmentPort}}, names: [localhost]}
        """;

    /// <summary>The agent's.</summary>
    public static string Edge(string device, string state, int zones, (int Broker, int Camera) ports) => $$"""
        site: chaos-site
        device: {{device}}
        profile: demo
        policy: policy.yaml
        state: {{state}}
        broker: {host: localhost, port: {{ports.Broker}}, tls: {}, resendSeconds: 2, reconnectSecondsMax: 4}
        cameras:
          - name: north
            source: rtsp://127.0.0.1:{{ports.Camera}}/camera
            framesPerSecond: 5
            aspect: 4:3
            zones:
        {{string.Join('\n', Enumerable.Range(0, zones).Select(ZoneText))}}
        """;

    public static string ZoneName(int zone) => $"zone-{zone:000}";

    // Four by two, side by side.
    private static string ZoneText(int zone)
    {
        var (left, top) = (0.25 * (zone % 4), 0.5 * (zone / 4));
        return FormattableString.Invariant(
            $"      - {{name: {ZoneName(zone)}, windowSeconds: 2, polygon: [[{left}, {top}], [{left + 0.25}, {top}], [{left + 0.25}, {top + 0.5}], [{left}, {top + 0.5}]], behaviours: {{passage: {{}}, stop_keep_clear: {{}}}}}}");
    }
}
