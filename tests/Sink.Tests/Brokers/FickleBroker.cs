using System.Net;
using System.Net.Sockets;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

internal enum BrokerHabit
{
    /// <summary>Breaks each connection at another moment, without a word.</summary>
    Breaks,

    /// <summary>Takes connections and never says anything on them.</summary>
    Silent,

    /// <summary>Stops to read after a while, and keeps the connection.</summary>
    Deaf,
}

/// <summary>
/// Speaks as much of MQTT 5 as a sink needs to believe that it is connected, and then has a bad habit: many times while mosquitto would be killed
/// and started once.
/// </summary>
internal sealed class FickleBroker : IAsyncDisposable
{
    private const int Connect = 1, Publish = 3, Subscribe = 8;

    private const int PacketsMax = 40;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Random _random;
    private readonly BrokerHabit _habit;
    private readonly Task _serving;
    private int _connections;
    private int _publications;

    /// <param name="seed">Of the moments.</param>
    /// <param name="habit">What it does then.</param>
    public FickleBroker(int seed, BrokerHabit habit)
    {
        (_random, _habit) = (new Random(seed), habit);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public int Publications => Volatile.Read(ref _publications);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        var kept = new List<TcpClient>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                Interlocked.Increment(ref _connections);
                kept.Add(client);
                client.LingerState = new LingerOption(true, 0);
                try
                {
                    await AnswerAsync(client.GetStream(), _random.Next(PacketsMax));
                }
                catch (IOException)
                {
                    // It was the sink that went away.
                }

                if (_habit == BrokerHabit.Breaks)
                    client.Dispose();
            }
        }
        finally
        {
            kept.ForEach(client => client.Dispose());
        }
    }

    private async Task AnswerAsync(NetworkStream stream, int packets)
    {
        var head = new byte[1];
        for (; packets > 0; packets--)
        {
            await stream.ReadExactlyAsync(head, _ended.Token);
            var body = new byte[await ReadLengthAsync(stream)];
            await stream.ReadExactlyAsync(body, _ended.Token);
            if (_habit == BrokerHabit.Silent)
                continue;
            byte[] answer = (head[0] >> 4) switch
            {
                Connect => [0x20, 3, 0, 0, 0],
                Subscribe => [0x90, 7, body[0], body[1], 0, 1, 1, 1, 1],
                Publish => [0x40, 2, .. body.AsSpan(2 + (body[0] << 8) + body[1], 2)],
                _ => [],
            };
            await stream.WriteAsync(answer, _ended.Token);
            if (head[0] >> 4 == Publish)
                Interlocked.Increment(ref _publications);
        }
    }

    // MQTT 5, section 1.5.5: seven bits a byte, the lowest first.
    private async Task<int> ReadLengthAsync(NetworkStream stream)
    {
        var one = new byte[1];
        for (int length = 0, shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(one, _ended.Token);
            length |= (one[0] & 0x7F) << shift;
            if (one[0] < 0x80)
                return length;
        }
    }
}
