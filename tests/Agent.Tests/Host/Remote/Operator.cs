using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Remote;

/// <summary>Who sends commands over a real connection, with the enrolled key or another, and hears what a device says.</summary>
internal sealed class Operator : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private long _id = 1000;

    public const string Device = "device-1";

    /// <summary>The command key of the sink that the device is enrolled with.</summary>
    public static ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ConcurrentQueue<(string Topic, Signed Message, bool IsRetained)> Heard { get; } = [];

    /// <summary>In order; the last is the newest.</summary>
    public CommandAnswer[] Answers => [.. Heard.Where(one => one.Topic == Topics.Answer(Device)).Select(one => CommandAnswer.TryDecode(one.Message.Payload.Span)!)];

    public Signed? Health => Heard.LastOrDefault(one => one.Topic == Topics.Health(Device)).Message;

    public static async Task<Operator> ConnectAsync(int port)
    {
        var client = new Operator();
        client._client.ApplicationMessageReceivedAsync += received =>
        {
            var message = received.ApplicationMessage;
            client.Heard.Enqueue((message.Topic, new Signed(message.Payload.ToArray(), Property(message, "sig"), Property(message, "kid")), message.Retain));
            return Task.CompletedTask;
        };
        await client._client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", port).WithClientId($"operator-{port}").Build());
        foreach (var topic in (string[])[Topics.Health(Device), Topics.Answer(Device), Topics.State(Device), Topics.Manifest(Device)])
            await client._client.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic(topic).WithAtLeastOnceQoS().WithRetainAsPublished().Build());
        return client;
    }

    /// <summary>Writes what enrolment leaves, so that the device takes commands.</summary>
    public static void Enrol(string stateFolder)
    {
        Directory.CreateDirectory(stateFolder);
        var key = Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo());
        File.WriteAllText(Path.Combine(stateFolder, "enrolment.json"), $$"""{"sink":"https://127.0.0.1:1","device":"{{Device}}","zones":[],"commandKey":"{{key}}"}""");
    }

    public DeviceCommand Make(CommandWord word, string? policy = null, byte[]? bytes = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var issued = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        return new DeviceCommand
        {
            Device = Device,
            Id = ++_id,
            Issued = issued,
            Expires = issued.AddMinutes(5),
            Command = word,
            Policy = policy,
            Sha256 = bytes is null ? null : Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    public static Signed Sign(byte[] payload, ECDsa? key = null) => new(
        payload,
        Dsse.Sign(key ?? Key, DeviceCommand.PayloadType, payload),
        Dsse.KeyId((key ?? Key).ExportSubjectPublicKeyInfo()));

    public Task SendAsync(DeviceCommand command) => SendAsync(Sign(command.Encode()));

    public Task SendAsync(Signed message, bool retain = false)
    {
        var built = new MqttApplicationMessageBuilder().WithTopic(Topics.Command(Device)).WithPayload(message.Payload.ToArray())
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithRetainFlag(retain);
        if (message.Signature.Length > 0)
            built = built.WithUserProperty("sig", Encoding.UTF8.GetBytes(message.Signature)).WithUserProperty("kid", Encoding.UTF8.GetBytes(message.KeyId));
        return _client.PublishAsync(built.Build());
    }

    public Task SayPolicyAsync(byte[] bytes) =>
        _client.PublishBinaryAsync(Topics.ActivePolicy, bytes, MqttQualityOfServiceLevel.AtLeastOnce, retain: true);

    /// <summary>The next answer beyond those that came before.</summary>
    public async Task<CommandAnswer> NextAsync(int before)
    {
        await Eventually.TrueAsync(() => Answers.Length > before, "the device answers");
        return Answers[before];
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Property(MqttApplicationMessage message, string name) =>
        message.UserProperties?.Where(property => property.Name == name).Select(property => Encoding.UTF8.GetString(property.ValueBuffer.Span)).FirstOrDefault() ?? "";
}
