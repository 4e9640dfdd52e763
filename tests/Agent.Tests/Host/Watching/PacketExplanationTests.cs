using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Watching;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary>Every byte is explained or said to be unexplained, and what was planted is what is unexplained.</summary>
public sealed class PacketExplanationTests(ITestOutputHelper output)
{
    private static readonly OwnTraffic Own = TappedTraffic.Own();

    [Fact]
    public async Task All_that_the_real_forwarder_sends_is_explained_and_no_password_is_shown()
    {
        var packets = await TappedTraffic.RecordAsync(hasMail: true);

        var types = packets.Select(packet => MqttDecoder.TypeOf(packet)).ToHashSet();
        Assert.Superset(
            new HashSet<MqttPacketType> { MqttPacketType.Connect, MqttPacketType.Subscribe, MqttPacketType.Publish, MqttPacketType.PubAck, MqttPacketType.Disconnect },
            types);
        Assert.Equal(8, packets.Count(packet => MqttDecoder.TypeOf(packet) == MqttPacketType.Publish));
        Assert.Empty(packets.SelectMany(Unexplained));
        Assert.DoesNotContain(packets.SelectMany(Explain), range => range.Value.Contains(TappedTraffic.Secret, StringComparison.Ordinal));
        Assert.Empty(Unexplained([0xC0, 0x00]));
        output.WriteLine($"{packets.Length} packets, {packets.Sum(packet => packet.Length)} bytes, all explained");
    }

    [Fact]
    public async Task No_byte_but_packet_ids_can_change_unseen_since_the_payload_is_signed()
    {
        var packets = await RecordAsync();
        var connect = packets.First(packet => MqttDecoder.TypeOf(packet) == MqttPacketType.Connect);
        var sent = packets.First(packet => packet[0] == 0x32);
        var free = MqttDecoder.Decode(sent).Where(field => field.Part is MqttPart.PacketId).SelectMany(field => Enumerable.Range(field.Offset, field.Length));

        Assert.DoesNotContain(Enumerable.Range(0, connect.Length), at => CanChange(connect, at));
        Assert.DoesNotContain(Enumerable.Range(0, sent.Length).Except(free), at => CanChange(sent, at));
    }

    [Theory]
    [InlineData("sce/v1/device-1/health", "\"uptimeHours\":41", "\"uptimeHours\":4x")]
    [InlineData("sce/v1/device-1/ack", "\"done\"", "\"seen\"")]
    [InlineData("sce/v1/device-1/health", "\"trouble\":\"none\"", "\"trouble\":\"face\"")]
    public async Task A_report_or_an_answer_that_says_something_else_is_unexplained(string topic, string part, string instead)
    {
        var packets = await TappedTraffic.RecordAsync(hasMail: true);
        Assert.Empty(packets.SelectMany(Unexplained));
        var packet = packets.Single(packet => packet[0] is 0x32 or 0x33 && packet.AsSpan(0, Math.Min(40, packet.Length)).IndexOf(Encoding.UTF8.GetBytes(topic)) >= 0);

        Encoding.UTF8.GetBytes(instead).CopyTo(packet, packet.AsSpan().IndexOf(Encoding.UTF8.GetBytes(part)));

        Assert.NotEmpty(Unexplained(packet));
    }

    [Fact]
    public async Task A_manifest_whose_signature_does_not_hold_is_unexplained()
    {
        var packets = await TappedTraffic.RecordAsync();
        var manifest = packets.Single(packet => packet[0] == 0x33 && packet.AsSpan().IndexOf("sce/v1/device-1/manifest"u8) >= 0);
        var at = manifest.AsSpan().IndexOf("sig"u8) + 10;
        Assert.Empty(Unexplained(manifest));

        manifest[at] = (byte)(manifest[at] == 'A' ? 'B' : 'A');

        Assert.Equal("user property sig", Assert.Single(Unexplained(manifest)).Name);
    }

    [Theory]
    [InlineData("sig")]
    [InlineData("kid")]
    public async Task A_records_signature_that_does_not_hold_is_unexplained(string property)
    {
        var sent = (await RecordAsync()).First(packet => packet[0] == 0x32);
        var at = sent.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(property)) + 10;
        Assert.Empty(Unexplained(sent));

        sent[at] = (byte)(sent[at] == 'A' ? 'B' : 'A');

        Assert.Equal($"user property {property}", Assert.Single(Unexplained(sent)).Name);
    }

    [Theory]
    [InlineData("a user property", "user property note")]
    [InlineData("a topic", "topic")]
    [InlineData("a topic below the device's", "topic")]
    [InlineData("a record that the broker keeps", "topic")]
    [InlineData("a property of the standard", "response topic")]
    [InlineData("a user property twice", "user property sequence")]
    public async Task What_is_planted_in_a_message_is_unexplained(string planted, string name)
    {
        var record = Records.Of(3) with { Sequence = 1_790_000_100 };
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(planted == "a topic" ? "elsewhere" : planted == "a topic below the device's" ? "sce/v1/device-1/pictures" : Topics.Events("device-1"))
            .WithPayload(EventRecordJson.Encode(record, 448))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithContentType(CloudEventAttributes.ContentType)
            .WithMessageExpiryInterval(604800)
            .WithRetainFlag(planted == "a record that the broker keeps");
        foreach (var (key, value) in CloudEventAttributes.Of(record, "device-1"))
            message.WithUserProperty(key, Encoding.UTF8.GetBytes(value));
        if (planted == "a user property")
            message.WithUserProperty("note", "two people"u8.ToArray());
        if (planted == "a user property twice")
            message.WithUserProperty("sequence", "1790000100"u8.ToArray());
        if (planted == "a property of the standard")
            message.WithResponseTopic("somewhere");

        var packet = await SendAsync(message.Build());

        Assert.Contains(Unexplained(packet), range => range.Name == name);
    }

    [Fact]
    public async Task Without_a_plant_the_same_message_is_explained()
    {
        var packets = await RecordAsync();
        var sent = packets.First(packet => packet[0] == 0x32);

        Assert.Empty(Unexplained(sent));
        Assert.Equal(2, Assert.Single(Unexplained([.. sent, 1, 2])).Length);
    }

    [Theory]
    [InlineData("{\"v\":1,", "{\"v\":1,\"track\":7,")]
    [InlineData("\"v\":1", "\"v\": 1")]
    [InlineData("\"zone\":\"kerb-north\"", "\"zone\":\"mr-johnson\"")]
    [InlineData("\"site\":\"plaza-7\"", "\"site\":\"plaza-8\"")]
    [InlineData("\"pad\":\"000", "\"pad\":\"010")]
    [InlineData("\"coverage\":10", "\"coverage\":10.0")]
    [InlineData("\"policy\":\"p-1\"", "\"policy\":\"p-1\",\"policy\":\"p-1\"")]
    [InlineData("\"policy\":\"p-1\"", "\"policy\":\"\\u0070-1\"")]
    [InlineData("\"policy\":\"p-1\",\"calibration\":\"c-1\"", "\"calibration\":\"c-1\",\"policy\":\"p-1\"")]
    [InlineData("\"red_crossing\":1", "\"red_crossing\":1,\"faces\":3")]
    [InlineData("\"}", "\"}//")]
    [InlineData("{\"v\":1,", "[")]
    public void What_is_planted_in_a_record_is_unexplained(string from, string to)
    {
        var record = TappedTraffic.Record();
        Assert.Empty(Unexplained(TappedTraffic.Event(record)));

        var planted = record.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(record, planted);
        Assert.NotEmpty(Unexplained(TappedTraffic.Event(planted)));
        // Not only because the contract's own reader refuses it.
        var schemaAlone = new JsonExplanation(EventRecordSchema.Text, new Dictionary<string, IReadOnlyCollection<string>> { ["zone"] = ["kerb-north"], ["site"] = ["plaza-7"] });
        Assert.Contains(schemaAlone.Explain(Encoding.UTF8.GetBytes(planted), 0), range => !range.IsExplained);
    }

    [Fact]
    public void Any_bytes_are_accounted_for() => Gen.Byte.Array[0, 300].Sample(MustAccountForEachByte, iter: 20_000);

    [Fact]
    public void Any_small_change_to_a_packet_is_accounted_for()
    {
        var good = TappedTraffic.Event(TappedTraffic.Record());
        byte[] connect = [0x10, 20, 0, 4, .. "MQTT"u8, 5, 0, 0, 30, 5, 0x11, 0, 9, 0x3A, 0x80, 0, 2, .. "ab"u8];

        Gen.Select(Gen.Bool.Select(isGood => isGood ? good : connect), Gen.Int[0, 500], Gen.Byte.Array[0, 4], Gen.Int[0, 4])
            .Select((packet, at, put, drop) => (byte[])[.. packet.Take(at), .. put, .. packet.Skip(at + drop)])
            .Sample(MustAccountForEachByte, iter: 10_000);
    }

    private static void MustAccountForEachByte(byte[] packet)
    {
        var next = 0;
        foreach (var range in Explain(packet))
        {
            Assert.Equal(next, range.Offset);
            Assert.True(range.Length > 0);
            next += range.Length;
        }

        Assert.Equal(packet.Length, next);
        Assert.NotNull(PacketExplanation.TitleOf(packet));
    }

    private static bool CanChange(byte[] packet, int at) => ((byte[])[1, 2, 0x20, 0x80, 0xFF]).Any(mask =>
    {
        var changed = packet.ToArray();
        changed[at] ^= mask;
        return !Unexplained(changed).Any();
    });

    /// <summary>Explained once in their order, as a report does it: a record's key is known from the manifest before it.</summary>
    private static async Task<byte[][]> RecordAsync()
    {
        var packets = await TappedTraffic.RecordAsync();
        Array.ForEach(packets, packet => Explain(packet));
        return packets;
    }

    private static List<ExplainedRange> Explain(byte[] packet) => PacketExplanation.Of(packet, Own);

    private static IEnumerable<ExplainedRange> Unexplained(byte[] packet) => Explain(packet).Where(range => !range.IsExplained);

    /// <summary>As the library puts it on the wire.</summary>
    private static async Task<byte[]> SendAsync(MqttApplicationMessage message)
    {
        var packets = new ConcurrentQueue<byte[]>();
        await using var broker = await EmbeddedBroker.StartAsync();
        using var client = new MqttClientFactory().CreateMqttClient();
        client.InspectPacketAsync += packet =>
        {
            if (packet.Direction == MqttPacketFlowDirection.Outbound)
                packets.Enqueue(packet.Buffer.ToArray());
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", broker.Port).Build();
        await client.ConnectAsync(options, TestContext.Current.CancellationToken);
        await client.PublishAsync(message, TestContext.Current.CancellationToken);
        return packets.First(packet => MqttDecoder.TypeOf(packet) == MqttPacketType.Publish);
    }
}
