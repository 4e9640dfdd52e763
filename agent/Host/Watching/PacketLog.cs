namespace SocialCredit.Edge.Host.Watching;

/// <summary>A packet that left.</summary>
internal sealed record SentPacket(DateTimeOffset At, ReadOnlyMemory<byte> Bytes);

/// <summary>Keeps every packet, and says one line about each as it leaves.</summary>
internal sealed class PacketLog(TimeProvider time, TextWriter live)
{
    private readonly Lock _gate = new();
    private readonly List<SentPacket> _packets = [];

    public IReadOnlyList<SentPacket> Packets
    {
        get
        {
            lock (_gate)
                return [.. _packets];
        }
    }

    public void Add(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            var packet = new SentPacket(time.GetUtcNow(), bytes);
            _packets.Add(packet);
            live.WriteLine(WatchReport.LineOf(packet));
        }
    }
}
