using System.Buffers.Binary;
using System.Net.Sockets;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary>
/// A packet capture of this machine, packet(7): what TCP carried to one port, put together again. It shares nothing with the agent.
/// </summary>
internal sealed class WireCapture : IDisposable
{
    private const int EveryProtocol = 3, EthernetBytes = 14, BufferBytes = 16 << 20;

    private readonly Socket _socket;
    private readonly int _port;
    private readonly Task _reading;
    private readonly Dictionary<(int From, uint Sequence), byte[]> _segments = [];

    private WireCapture(Socket socket, int port)
    {
        (_socket, _port) = (socket, port);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Null with the reason where this machine permits none.</summary>
    public static (WireCapture? Capture, string Refusal) Start(int port)
    {
        try
        {
            var protocol = BinaryPrimitives.ReverseEndianness((ushort)EveryProtocol);
            var socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)protocol) { ReceiveBufferSize = BufferBytes };
            return (new WireCapture(socket, port), "");
        }
        catch (SocketException refused)
        {
            return (null, $"needs the right to capture packets (CAP_NET_RAW): {refused.SocketErrorCode}");
        }
    }

    /// <summary>Of each connection what was sent to the port, in order; null where a segment is missing.</summary>
    public List<byte[]>? Streams()
    {
        lock (_segments)
        {
            List<byte[]> streams = [];
            foreach (var connection in _segments.GroupBy(segment => segment.Key.From))
            {
                var ordered = connection.OrderBy(segment => segment.Key.Sequence).ToList();
                for (var i = 1; i < ordered.Count; i++)
                {
                    if (ordered[i - 1].Key.Sequence + ordered[i - 1].Value.Length != ordered[i].Key.Sequence)
                        return null;
                }

                streams.Add([.. ordered.SelectMany(segment => segment.Value)]);
            }

            return streams;
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Read()
    {
        var buffer = new byte[1 << 17];
        try
        {
            while (true)
                Keep(buffer.AsSpan(0, _socket.Receive(buffer)));
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The capture is over.
        }
    }

    private void Keep(ReadOnlySpan<byte> frame)
    {
        // IPv4 of RFC 791, IPv6 of RFC 8200 without extension headers, TCP of RFC 9293.
        const int tcp = 6;
        if (frame.Length < EthernetBytes + 40)
            return;
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        var packet = frame[EthernetBytes..];
        var (protocol, header, total) = type switch
        {
            0x0800 => (packet[9], (packet[0] & 0x0F) * 4, BinaryPrimitives.ReadUInt16BigEndian(packet[2..])),
            0x86DD => (packet[6], 40, 40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..])),
            _ => (default, 0, 0),
        };
        if (protocol != tcp || total > packet.Length || header + 20 > total)
            return;
        var segment = packet[header..total];
        var data = segment[((segment[12] >> 4) * 4)..];
        if (BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) != _port || data.IsEmpty)
            return;
        var key = (BinaryPrimitives.ReadUInt16BigEndian(segment), BinaryPrimitives.ReadUInt32BigEndian(segment[4..]));
        lock (_segments)
            _segments[key] = data.ToArray();
    }
}
