using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Tells Home Assistant, by its MQTT discovery (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery), of each zone's score and grade and of each
/// device's health: retained messages that say where to read. The values are on the topics where they always are.
/// </summary>
internal sealed class HomeAssistantTelling(
    HomeAssistantOptions options, SinkOptions sink, IEventStore store, RetainedBoard board, HomeAssistantTelling.Runtime runtime) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Value, string Name, string Icon)[] Values = [("score", "Score", "mdi:gauge"), ("grade", "Grade", "mdi:alphabetical")];

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private bool _isCutSaid;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, runtime.Time);
        do
        {
            try
            {
                LookAround();
            }
            catch (System.Data.Common.DbException failure)
            {
                ServingLog.NotLookedAround(runtime.Log, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void LookAround()
    {
        var zones = store.Database.Read("SELECT zone FROM zone ORDER BY zone LIMIT $1", row => row.GetString(0), options.Zones + 1);
        if (zones.Count > options.Zones && !_isCutSaid)
        {
            ServingLog.NotAllTold(runtime.Log, options.Zones);
            _isCutSaid = true;
        }

        foreach (var zone in zones.Take(options.Zones).Where(zone => _told.Add($"zone {zone}")))
        {
            foreach (var (topic, message) in MessagesOf(options.Prefix, zone, sink.Zones.GetValueOrDefault(zone)?.Title))
                Tell(topic, message);
        }

        foreach (var device in StoredRows.Devices(store.Database, options.Zones).Where(device => _told.Add($"device {device}")))
            Tell($"{options.Prefix}/binary_sensor/sce_{device}/health/config", HealthOf(device));
    }

    /// <summary>The two messages of a zone, with their topics.</summary>
    public static IEnumerable<(string Topic, JsonObject Message)> MessagesOf(string prefix, string zone, string? title)
    {
        foreach (var (value, name, icon) in Values)
        {
            var message = Sensor($"sce_zone_{zone}", title ?? zone, "Scored place");
            message["name"] = name;
            message["unique_id"] = $"sce_zone_{zone}_{value}";
            message["icon"] = icon;
            message["state_topic"] = Topics.PublicScore(zone);
            message["value_template"] = value == "score" ? "{{ value_json.score | round(1) }}" : "{{ value_json.grade }}";
            if (value == "score")
            {
                message["state_class"] = "measurement";
                message["unit_of_measurement"] = "points";
                message["json_attributes_topic"] = Topics.PublicScore(zone);
                message["json_attributes_template"] = "{{ {'half_width': value_json.halfWidth, 'policy': value_json.policy, 'as_of': value_json.asOf, 'explanation': value_json.explanation} | tojson }}";
            }

            yield return ($"{prefix}/sensor/sce_{zone}/{value}/config", message);
        }
    }

    /// <summary>A device that needs somebody is a problem; one that is silent for two hours is unknown.</summary>
    public static JsonObject HealthOf(string device)
    {
        var message = Sensor($"sce_device_{device}", device, "Edge agent");
        message["name"] = "Needs attention";
        message["unique_id"] = $"sce_device_{device}_health";
        message["device_class"] = "problem";
        message["state_topic"] = Topics.Health(device);
        message["value_template"] = "{{ 'ON' if value_json.attention | count > 0 else 'OFF' }}";
        message["json_attributes_topic"] = Topics.Health(device);
        message["json_attributes_template"] = "{{ {'attention': value_json.attention} | tojson }}";
        message["availability_topic"] = Topics.State(device);
        message["payload_available"] = "online";
        message["payload_not_available"] = "offline";
        message["expire_after"] = (int)DeviceHealthView.FreshFor.TotalSeconds;
        return message;
    }

    private static JsonObject Sensor(string id, string name, string model) => new()
    {
        ["device"] = new JsonObject { ["identifiers"] = new JsonArray(id), ["name"] = name, ["manufacturer"] = "SocialCredit.Edge", ["model"] = model },
        ["origin"] = new JsonObject
        {
            ["name"] = "SocialCredit.Edge sink",
            ["sw_version"] = typeof(HomeAssistantTelling).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        },
    };

    private void Tell(string topic, JsonObject message)
    {
        ReadOnlyMemory<byte> payload = JsonSerializer.SerializeToUtf8Bytes(message, Json);
        board.Announce(topic, () => payload);
    }

    internal sealed record Runtime(TimeProvider Time, ILogger<HomeAssistantTelling> Log);
}
