using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// What a device may say and hear at a broker: its own topics, the policy and public scores. The embedded broker asks here;
/// mosquitto's file of rights is written from it.
/// </summary>
internal static class DeviceRights
{
    /// <summary>The scores of all zones, which anyone may hear.</summary>
    public const string PublicFilter = $"{Topics.Root}/pub/#";

    // Levels of the topic tree that are no devices.
    private static readonly string[] Reserved = ["policy", "pub"];

    private const string Sink = "sink";

    /// <summary>Topics that a device writes.</summary>
    public static IReadOnlyList<string> Writes(string device) =>
        [Topics.Events(device), Topics.Health(device), Topics.State(device), Topics.Manifest(device), Topics.Answer(device)];

    /// <summary>Topics that a device reads, beside <see cref="PublicFilter"/>.</summary>
    public static IReadOnlyList<string> Reads(string device) =>
        [Topics.Received(device), Topics.Command(device), Topics.ActivePolicy];

    /// <summary>A name that no device has: of several sinks none knows the names of the others.</summary>
    public static bool IsForSinks(string clientId) => clientId == Sink || clientId.StartsWith(Sink + "-", StringComparison.Ordinal);

    public static bool MayConnect(string clientId) =>
        Names.IsValid(clientId) && !Reserved.Contains(clientId) && !IsForSinks(clientId) && !Storage.SimulatedNames.Includes(clientId);

    public static bool MayPublish(string device, string topic) => Writes(device).Contains(topic);

    public static bool MaySubscribe(string device, string filter) =>
        Reads(device).Contains(filter) || filter.StartsWith(PublicFilter[..^1], StringComparison.Ordinal);
}
