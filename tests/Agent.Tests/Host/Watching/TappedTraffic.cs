using System.Collections.Concurrent;
using System.Text;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Watching;
using SocialCredit.Edge.Tests;
using Reports = SocialCredit.Edge.Agent.Tests.Contract.Reports;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary>Packets of the real forwarder at a real broker, and what the device of these packets may say.</summary>
internal static class TappedTraffic
{
    public const string Secret = "hunter2-of-the-broker";

    private const string Variable = "SCE_TEST_WATCH_PASSWORD";

    private const string Configuration = """
        site: plaza-7
        device: device-1
        profile: demo
        policy: policy.yaml
        broker: {host: 127.0.0.1, port: 1883, username: pole-7, password: env:SCE_TEST_WATCH_PASSWORD}
        cameras:
          - name: north
            source: clip.avi
            aspect: 4:3
            zones: [{name: kerb-north, polygon: [[0, 0], [1, 0], [1, 1]], windowSeconds: 10, behaviours: {passage: {}, wrong_way: {area: lane}, stop_keep_clear: {}},
              areas: {lane: {polygon: [[0, 0], [1, 0], [1, 1]], direction: [1, 0]}}}]
        """;

    public static OwnTraffic Own()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        return new OwnTraffic(TestConfigurations.Load(Configuration).Options);
    }

    /// <summary>From CONNECT to DISCONNECT, with a manifest, three records and the sink's word on them; with a report and an answer too if asked.</summary>
    public static async Task<byte[][]> RecordAsync(bool hasMail = false)
    {
        var packets = new ConcurrentQueue<byte[]>();
        await using var broker = await EmbeddedBroker.StartAsync();
        var mail = new DeviceMail { Commanded = _ => { } };
        mail.Put(Reports.Health with { Device = "device-1", Cameras = [Reports.Health.Cameras[0]] });
        mail.Put(Reports.Answer with { Device = "device-1" });
        await using (var bed = new ForwarderBed(
            broker.Port,
            options => options with { User = "pole-7", Password = () => Secret },
            ForwarderBed.Quick with { Tap = packet => packets.Enqueue(packet.ToArray()) },
            ManifestForwardingTests.Shelved("p-1"),
            mail: hasMail ? mail : null))
        {
            for (var window = 0; window < 3; window++)
                bed.Append(window);
            await Eventually.TrueAsync(() => broker.Events.Length == 3, "the broker has them");
            var highest = broker.EventRecords.Max(record => record.Sequence);
            await broker.SayReceivedAsync(new Received(highest, highest, []));
            await Eventually.TrueAsync(() => bed.State.Covered == 3 && (!hasMail || mail.IsEmpty), "the sink's word has come and the answer has gone");
            await bed.StopAsync();
        }

        return [.. packets];
    }

    /// <summary>A packet that publishes an event as the device does, with another payload.</summary>
    public static byte[] Event(string payload, string topic = "sce/v1/device-1/events")
    {
        byte[] body = [.. Text(topic), 0, 7, 0, .. Encoding.UTF8.GetBytes(payload)];
        return [0x32, (byte)((body.Length & 0x7F) | 0x80), (byte)(body.Length >> 7), .. body];
    }

    public static string Record(int bytes = 448) => Encoding.UTF8.GetString(EventRecordJson.Encode(Records.Of(3), bytes));

    private static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
