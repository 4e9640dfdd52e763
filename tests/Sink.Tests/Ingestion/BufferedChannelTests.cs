using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;
using SocialCredit.Edge.Sink.Ingestion;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

public sealed class BufferedChannelTests
{
    [Fact]
    public async Task Bytes_come_as_they_were_sent_however_they_are_asked_for()
    {
        var sent = Enumerable.Range(0, 200_000).Select(i => (byte)(i * 31 >> 3)).ToArray();
        var inner = new RecordedChannel(sent);
        using var channel = new BufferedChannel(inner);
        var random = new Random(7);
        var got = new List<byte>();
        var asked = 0;
        while (true)
        {
            var part = new byte[random.Next(1, 500)];
            asked++;
            if (await channel.ReadAsync(part, 3 % part.Length, part.Length - (3 % part.Length), CancellationToken.None) is not (> 0 and var count))
                break;
            got.AddRange(part.AsSpan(3 % part.Length, count));
        }

        Assert.Equal(sent, got);
        Assert.InRange(inner.Reads, 2, asked / 50);
    }

    [Fact]
    public async Task What_is_held_goes_out_at_once_and_in_order_and_nothing_waits_where_nobody_holds()
    {
        var inner = new RecordedChannel([]);
        using var channel = new BufferedChannel(inner);

        await WriteAsync(channel, 1);
        channel.Hold();
        channel.Hold();
        await WriteAsync(channel, 2);
        await WriteAsync(channel, 3);
        Assert.Equal([[1]], inner.Written);
        await channel.ReleaseAsync(CancellationToken.None);
        Assert.Equal([[1], [2, 3]], inner.Written);
        await WriteAsync(channel, 4);
        await channel.ReleaseAsync(CancellationToken.None);
        await WriteAsync(channel, 5);

        Assert.Equal([[1], [2, 3], [4], [5]], inner.Written);
    }

    [Fact]
    public async Task More_than_64_KB_are_not_held()
    {
        var inner = new RecordedChannel([]);
        using var channel = new BufferedChannel(inner);
        channel.Hold();
        for (var i = 0; i < 70; i++)
            await channel.WriteAsync(new ReadOnlySequence<byte>(new byte[1024]), true, CancellationToken.None);

        Assert.Equal([64 * 1024], inner.Written.Select(written => written.Length));
    }

    [Fact]
    public async Task A_write_that_fails_says_so_and_is_not_tried_on_what_comes_after()
    {
        var inner = new RecordedChannel([]) { IsBroken = true };
        using var channel = new BufferedChannel(inner);
        channel.Hold();
        await WriteAsync(channel, 1);

        await Assert.ThrowsAsync<SocketException>(() => channel.ReleaseAsync(CancellationToken.None));
        inner.IsBroken = false;
        await WriteAsync(channel, 2);

        Assert.Equal([[2]], inner.Written);
    }

    private static Task WriteAsync(BufferedChannel channel, byte packet) =>
        channel.WriteAsync(new ReadOnlySequence<byte>([packet]), true, CancellationToken.None);

    /// <summary>In place of a network, of which neither the number of reads nor that of writes can be seen.</summary>
    private sealed class RecordedChannel(byte[] incoming) : IMqttChannel
    {
        private int _at;

        public int Reads { get; private set; }

        public List<byte[]> Written { get; } = [];

        public bool IsBroken { get; set; }

        public X509Certificate2 ClientCertificate => null!;

        public EndPoint RemoteEndPoint => null!;

        public EndPoint LocalEndPoint => null!;

        public bool IsSecureConnection => false;

        public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DisconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Reads++;
            var taken = Math.Min(count, incoming.Length - _at);
            incoming.AsSpan(_at, taken).CopyTo(buffer.AsSpan(offset));
            _at += taken;
            return taken;
        }

        public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
        {
            if (IsBroken)
                throw new SocketException((int)SocketError.ConnectionReset);
            Written.Add(buffer.ToArray());
            return Task.CompletedTask;
        }

        public void Dispose()
        {
        }
    }
}
