namespace SocialCredit.Edge.Contract;

/// <summary>Every MQTT topic of the system.</summary>
public static class Topics
{
    public const string Root = "sce/v1";

    /// <summary>Shared, so that more sinks can be added beside the first.</summary>
    public const string AllEventsShared = "$share/sink/sce/v1/+/events";

    /// <summary>Not shared: every sink must know what each device may send.</summary>
    public const string AllManifests = "sce/v1/+/manifest";

    /// <summary>Not shared: every sink shows how each device is.</summary>
    public const string AllHealth = "sce/v1/+/health";

    /// <summary>Not shared: only the sink that asked knows what was asked.</summary>
    public const string AllAnswers = "sce/v1/+/ack";

    public const string ActivePolicy = "sce/v1/policy/active";

    public static string Events(string device) => $"{Root}/{device}/events";

    public static string Health(string device) => $"{Root}/{device}/health";

    public static string State(string device) => $"{Root}/{device}/state";

    public static string Manifest(string device) => $"{Root}/{device}/manifest";

    public static string Received(string device) => $"{Root}/{device}/received";

    public static string Command(string device) => $"{Root}/{device}/cmd";

    public static string Answer(string device) => $"{Root}/{device}/ack";

    public static string PublicScore(string zone) => $"{Root}/pub/{zone}/score";

    /// <summary>The device in <c>sce/v1/{device}/events</c>, or null if the topic is another.</summary>
    public static string? DeviceOfEvents(string topic) => DeviceOf(topic, "/events");

    /// <summary>The device in <c>sce/v1/{device}/manifest</c>, or null if the topic is another.</summary>
    public static string? DeviceOfManifest(string topic) => DeviceOf(topic, "/manifest");

    /// <summary>The device in <c>sce/v1/{device}/health</c>, or null if the topic is another.</summary>
    public static string? DeviceOfHealth(string topic) => DeviceOf(topic, "/health");

    /// <summary>The device in <c>sce/v1/{device}/ack</c>, or null if the topic is another.</summary>
    public static string? DeviceOfAnswer(string topic) => DeviceOf(topic, "/ack");

    private static string? DeviceOf(string topic, string suffix)
    {
        const string prefix = Root + "/";
        if (!topic.StartsWith(prefix, StringComparison.Ordinal) || !topic.EndsWith(suffix, StringComparison.Ordinal)
            || topic.Length <= prefix.Length + suffix.Length)
            return null;
        var device = topic[prefix.Length..^suffix.Length];
        return Names.IsValid(device) ? device : null;
    }
}
