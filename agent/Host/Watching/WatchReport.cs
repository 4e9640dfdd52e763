using System.Globalization;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>Everything that left this device, byte by byte, and whom it spoke to.</summary>
internal sealed class WatchReport
{
    private const int ValueMax = 100;

    private readonly List<(SentPacket Packet, List<ExplainedRange> Ranges)> _packets;
    private readonly IReadOnlyList<(SeenSocket Socket, string? What)> _sockets;
    private readonly string _events;
    private readonly bool _isDemo;

    public WatchReport(IReadOnlyList<SentPacket> packets, OwnTraffic own, IEnumerable<SeenSocket> sockets, KnownPartners known)
    {
        (_events, _isDemo) = (Topics.Events(own.Device), own.IsDemo);
        _packets = [.. packets.Select(packet => (packet, PacketExplanation.Of(packet.Bytes, own)))];
        _sockets = [.. sockets.Select(socket => (socket, known.WhatIs(socket)))];
    }

    /// <summary>No byte and no partner without an explanation.</summary>
    public bool IsExplained => UnexplainedBytes == 0 && _sockets.All(socket => socket.What is not null);

    private int UnexplainedBytes => _packets.Sum(packet => packet.Ranges.Where(range => !range.IsExplained).Sum(range => range.Length));

    public static string LineOf(SentPacket packet) => string.Create(
        CultureInfo.InvariantCulture, $"{packet.At:HH:mm:ss.fff}Z {packet.Bytes.Length,5} bytes  {PacketExplanation.TitleOf(packet.Bytes.Span)}");

    public void Write(TextWriter to)
    {
        foreach (var (packet, ranges) in _packets)
        {
            to.WriteLine(LineOf(packet));
            foreach (var range in ranges)
                to.WriteLine(LineOf(range));
            to.WriteLine();
        }

        WriteSummary(to);
    }

    public void WriteSummary(TextWriter to)
    {
        to.WriteLine("Spoke to:");
        foreach (var (socket, what) in _sockets)
            to.WriteLine($"  {socket}: {what ?? "UNKNOWN, the configuration names no such partner"}");
        if (_sockets.Count == 0)
            to.WriteLine("  nobody");
        to.WriteLine();
        to.WriteLine("""
            These are the bytes of MQTT as they go into the connection. Around them stand the headers of TCP and IP and, with TLS, its
            handshake and records: who watches the line sees addresses, times and lengths of those too. What goes to cameras and signal
            controllers (requests, without anything seen) and, every few days, to the sink for a certificate (the device's name, site,
            zones and public key) is not in this list. Sockets are sampled.
            """);
        if (_isDemo)
            to.WriteLine("The profile is demo: what is called noised is the true count, and goes to loopback only.");
        to.WriteLine();
        var records = _packets.Where(IsRecord).ToList();
        var lengths = records.Select(record => PayloadBytes(record.Ranges)).Distinct().Order().ToList();
        var foreign = _sockets.Count(socket => socket.What is null);
        to.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_packets.Count} packets, {_packets.Sum(packet => packet.Packet.Bytes.Length)} bytes; {records.Count} records, payloads of {string.Join(", ", lengths)} bytes, distinct lengths: {lengths.Count}; "
            + $"hosts: {_sockets.Select(socket => socket.Socket.Address).Distinct().Count()}, partners unknown: {foreign}; {UnexplainedBytes} bytes unexplained"));
    }

    private static string LineOf(ExplainedRange range)
    {
        // The whole of what nobody can explain; of the rest as much as a line holds.
        var value = range.IsExplained && range.Value.Length > ValueMax ? $"{range.Value[..(ValueMax - 3)]}..." : range.Value;
        return string.Create(CultureInfo.InvariantCulture, $"  {range.Offset,5} {range.Length,4}  {range.Name}: {value}  | {range.Meaning ?? "UNEXPLAINED"}");
    }

    private bool IsRecord((SentPacket Packet, List<ExplainedRange> Ranges) sent) =>
        MqttDecoder.TypeOf(sent.Packet.Bytes.Span) == MqttPacketType.Publish
        && PacketExplanation.TopicOf(sent.Packet.Bytes.Span, MqttDecoder.Decode(sent.Packet.Bytes.Span)) == _events;

    private static int PayloadBytes(List<ExplainedRange> ranges)
    {
        // What comes behind the properties.
        var last = ranges.FindLastIndex(range => range.Name.StartsWith("user property", StringComparison.Ordinal));
        return ranges.Skip(last + 1).Sum(range => range.Length);
    }
}
