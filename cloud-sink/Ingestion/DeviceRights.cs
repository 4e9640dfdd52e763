using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>What a device may say and hear at the embedded broker: its own topics, the policy and public scores.</summary>
internal static class DeviceRights
{
    // Levels of the topic tree that are no devices.
    private static readonly string[] Reserved = ["policy", "pub"];

    public static bool MayConnect(string clientId) =>
        Names.IsValid(clientId) && !Reserved.Contains(clientId) && !Storage.SimulatedNames.Includes(clientId);

    public static bool MayPublish(string device, string topic) =>
        topic == Topics.Events(device) || topic == Topics.Health(device) || topic == Topics.State(device)
        || topic == Topics.Manifest(device) || topic == $"{Topics.Root}/{device}/ack";

    public static bool MaySubscribe(string device, string filter) =>
        filter == Topics.Received(device) || filter == Topics.ActivePolicy || filter == $"{Topics.Root}/{device}/cmd"
        || filter.StartsWith($"{Topics.Root}/pub/", StringComparison.Ordinal);
}
