using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>A property that a packet of this device may have.</summary>
/// <param name="Id">See <see cref="MqttProperty"/>.</param>
/// <param name="Name">Of a user property; null for the standard's own.</param>
/// <param name="Is">Whether it may have this value; most have one only.</param>
/// <param name="Meaning">In plain words.</param>
internal sealed record OwnProperty(byte Id, string? Name, Func<string, bool> Is, string Meaning)
{
    public OwnProperty(byte id, string? name, string value, string meaning)
        : this(id, name, value.Equals, meaning)
    {
    }
}

/// <summary>A message that this device may send.</summary>
/// <param name="Topic">Where.</param>
/// <param name="Meaning">In plain words.</param>
/// <param name="IsRetained">Whether the broker keeps the last one; null where both are said.</param>
internal sealed record OwnMessage(string Topic, string Meaning, bool? IsRetained)
{
    /// <summary>In their order; given the payload, since some repeat what stands in it.</summary>
    public required Func<ReadOnlyMemory<byte>, IReadOnlyList<OwnProperty>> Properties { get; init; }

    /// <summary>Given the payload and its place in the packet.</summary>
    public required Func<ReadOnlyMemory<byte>, int, IEnumerable<ExplainedRange>> Payload { get; init; }
}

/// <summary>
/// All that this device may say to the broker, written down a second time from the contract and not taken from the code that
/// sends: whatever that code says beyond it is seen. A new message of the device is a new entry here.
/// </summary>
internal sealed class OwnTraffic
{
    private const string Week = "604800";

    private readonly AgentOptions _options;
    private readonly JsonExplanation _record;
    private readonly JsonExplanation _manifest;
    private readonly JsonExplanation _health;
    private readonly JsonExplanation _answer;

    // By the key id: of the manifests that were explained so far. Each connection says one before any record.
    private readonly Dictionary<string, byte[]> _keys = [];

    public OwnTraffic(AgentOptions options)
    {
        _options = options;
        var zones = options.Cameras.SelectMany(camera => camera.Zones).Select(zone => zone.Name).ToHashSet();
        _record = new JsonExplanation(EventRecordSchema.Text, new Dictionary<string, IReadOnlyCollection<string>>
        {
            ["site"] = [options.Site],
            ["zone"] = zones,
        });
        _manifest = new JsonExplanation(PrivacyManifestSchema.Text, new Dictionary<string, IReadOnlyCollection<string>>
        {
            ["site"] = [options.Site],
            ["device"] = [options.Device],
        });
        _health = new JsonExplanation(RemoteSchemas.Health, new Dictionary<string, IReadOnlyCollection<string>>
        {
            ["site"] = [options.Site],
            ["device"] = [options.Device],
            ["cameras[].camera"] = [.. options.Cameras.Select(camera => camera.Name)],
        });
        _answer = new JsonExplanation(RemoteSchemas.Answer, new Dictionary<string, IReadOnlyCollection<string>> { ["device"] = [options.Device] });
        Messages =
        [
            new(Topics.Events(options.Device), "The topic on which this device publishes its event records.", IsRetained: false)
            {
                Properties = PropertiesOfRecord,
                Payload = ExplainRecord,
            },
            new(Topics.State(options.Device), "The topic that says whether this device is connected.", IsRetained: true)
            {
                Properties = _ => [],
                Payload = (payload, offset) => [ExplainState(payload.Span, offset)],
            },
            new(Topics.Manifest(options.Device), "The topic that says what this device can send; only the one in force is kept.", IsRetained: null)
            {
                Properties = PropertiesOfManifest,
                Payload = ExplainManifest,
            },
            new(Topics.Health(options.Device), "The topic that says how this device is, once an hour; the last one is kept.", IsRetained: true)
            {
                Properties = payload => PropertiesOf(HealthReport.PayloadType, "The payload is a health report.", payload),
                Payload = ExplainHealth,
            },
            new(Topics.Answer(options.Device), "The topic on which this device answers commands.", IsRetained: false)
            {
                Properties = payload => PropertiesOf(CommandAnswer.PayloadType, "The payload is an answer to a command.", payload),
                Payload = ExplainAnswer,
            },
        ];
    }

    public IReadOnlyList<OwnMessage> Messages { get; }

    /// <summary>The client id, as enrolled.</summary>
    public string Device => _options.Device;

    /// <summary>The counts are true ones.</summary>
    public bool IsDemo => _options.Profile == PrivacyProfile.Demo;

    public string StateTopic => Topics.State(Device);

    public string ReceivedTopic => Topics.Received(Device);

    /// <summary>What it asks to hear, beside that: only of a device that is enrolled.</summary>
    public string CommandTopic => Topics.Command(Device);

    public string? User => _options.Broker.Username;

    public string? Password => _options.Broker.Password?.Reveal();

    /// <summary>OASIS MQTT 5.0, 3.1.2.3: will, of quality 1, retained; no clean start; user name and password if there are any.</summary>
    public byte ConnectFlags => (byte)(0x2C | (User is null ? 0 : 0x80) | (User is null || _options.Broker.Password is null ? 0 : 0x40));

    public IReadOnlyList<OwnProperty> ConnectProperties { get; } =
        [new(MqttProperty.SessionExpiry, null, Week, "The broker keeps what waits for this device for 7 days.")];

    public IReadOnlyList<OwnProperty> WillProperties { get; } =
        [new(MqttProperty.WillDelay, null, "60", "The broker says offline only after 60 s without this device.")];

    public static ExplainedRange ExplainState(ReadOnlySpan<byte> payload, int offset)
    {
        var isOnline = payload.SequenceEqual("online"u8);
        return isOnline || payload.SequenceEqual("offline"u8)
            ? new(offset, payload.Length, "payload", isOnline ? "online" : "offline", $"This device is {(isOnline ? "connected" : "no longer connected")}.")
            : ExplainedRange.Unexplained("payload", offset, payload);
    }

    private List<ExplainedRange> ExplainRecord(ReadOnlyMemory<byte> payload, int offset)
    {
        // A record as a whole must hold too: no key missing, no number in a window that was not released.
        var isRecord = EventRecordJson.TryDecode(payload.Span, out _, out var reason);
        return isRecord ? _record.Explain(payload.Span, offset) : [ExplainedRange.Unexplained($"payload: {ExplainedRange.Plain(reason ?? "")}", offset, payload.Span)];
    }

    private List<ExplainedRange> ExplainManifest(ReadOnlyMemory<byte> payload, int offset)
    {
        var isManifest = PrivacyManifestJson.TryDecode(payload.Span, out _, out var reason);
        return isManifest ? _manifest.Explain(payload.Span, offset) : [ExplainedRange.Unexplained($"payload: {ExplainedRange.Plain(reason)}", offset, payload.Span)];
    }

    private List<ExplainedRange> ExplainHealth(ReadOnlyMemory<byte> payload, int offset)
    {
        var isReport = HealthReportJson.TryDecode(payload.Span, out _, out var reason);
        return isReport ? _health.Explain(payload.Span, offset) : [ExplainedRange.Unexplained($"payload: {ExplainedRange.Plain(reason)}", offset, payload.Span)];
    }

    private List<ExplainedRange> ExplainAnswer(ReadOnlyMemory<byte> payload, int offset) =>
        CommandAnswer.TryDecode(payload.Span) is not null ? _answer.Explain(payload.Span, offset) : [ExplainedRange.Unexplained("payload", offset, payload.Span)];

    private List<OwnProperty> PropertiesOf(string payloadType, string meaning, ReadOnlyMemory<byte> payload) =>
    [
        new(MqttProperty.ContentType, null, payloadType, meaning),
        new(MqttProperty.UserProperty, "sig", value => _keys.Values.Any(key => Dsse.Verify(key, payloadType, payload.Span, value)),
            "The signature over the payload by the key in the manifest: it holds. Another at each sending."),
        new(MqttProperty.UserProperty, "kid", _keys.ContainsKey, "The name of that key."),
    ];

    private List<OwnProperty> PropertiesOfManifest(ReadOnlyMemory<byte> payload)
    {
        if (!PrivacyManifestJson.TryDecode(payload.Span, out var manifest, out _))
            return [];
        var key = Convert.FromBase64String(manifest!.Key);
        if (manifest.Device == Device)
            _keys[Dsse.KeyId(key)] = key;
        return
        [
            new(MqttProperty.ContentType, null, "application/vnd.socialcredit-edge.manifest+json", "The payload is a manifest."),
            new(MqttProperty.UserProperty, "sig", value => Dsse.Verify(key, SignedManifest.PayloadType, payload.Span, value), "The signature over the payload by the key in it: it holds."),
            new(MqttProperty.UserProperty, "kid", Dsse.KeyId(key), "The name of that key."),
        ];
    }

    private List<OwnProperty> PropertiesOfRecord(ReadOnlyMemory<byte> payload)
    {
        if (!EventRecordJson.TryDecode(payload.Span, out var record, out _))
            return [];
        return
        [
            new(MqttProperty.ContentType, null, "application/json", "The payload is JSON."),
            new(MqttProperty.MessageExpiry, null, Week, "The broker drops it after 7 days if nobody takes it."),
            new(MqttProperty.UserProperty, "specversion", "1.0", "Version of CloudEvents."),
            new(MqttProperty.UserProperty, "type", "org.socialcredit.edge.window.v1", "An event record, version 1."),
            new(MqttProperty.UserProperty, "source", $"/site/{record!.Site}/device/{Device}", "Site and device, as in the public register."),
            new(MqttProperty.UserProperty, "id", $"{record.Zone}:{record.Start.ToUnixTimeSeconds() / record.Seconds}", "Zone and number of the window; the payload says the same."),
            new(MqttProperty.UserProperty, "sequence", record.Sequence.ToString("D10"), "The record's number; the payload says the same."),
            new(MqttProperty.UserProperty, "sig", value => _keys.Values.Any(key => Dsse.Verify(key, EventRecord.SignedType, payload.Span, value)),
                "The signature over the payload by the key in the manifest: it holds. Another at each sending."),
            new(MqttProperty.UserProperty, "kid", _keys.ContainsKey, "The name of that key."),
        ];
    }
}
