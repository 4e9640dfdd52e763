using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>What a client may cost the embedded broker before and after it said who it is. Time is the test's own; sockets are real.</summary>
public sealed class BrokerBoundsTests : IAsyncLifetime
{
    // MQTT 5, client id "camera-1", clean start, keep alive 0: it need never say anything again.
    private static readonly byte[] Connect =
        [0x10, 21, 0, 4, .. "MQTT"u8, 5, 2, 0, 0, 0, 0, 8, .. "camera-1"u8];

    private readonly string _folder = TestPaths.NewFolder();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private EmbeddedBroker _broker = null!;
    private BrokerAddress _address = null!;
    private TlsClient _sink = null!;

    public async ValueTask InitializeAsync()
    {
        var authority = CertificateAuthority.OpenOrMake(Path.Combine(_folder, "authority"), _time);
        var keys = new BrokerKeys(() => authority, Path.Combine(_folder, "sink.yaml"), _time);
        var roll = new BrokerRoll { IsPlainOpen = true };
        _broker = new EmbeddedBroker(keys, new IngestionRuntime(_time, NullLoggerFactory.Instance, keys, () => roll));
        _address = await _broker.StartAsync(
            new BrokerOptions { Port = 0, Tls = new BrokerTls { Address = "127.0.0.1", Port = 0, Names = ["127.0.0.1"] } }, roll);
        _sink = new TlsClient(_address.ClientId, null) { IsPlain = true, Account = (_address.Username!, _address.Password()) };
        await _sink.ConnectAsync(_address.Port, keys.Authority.Certificate);
        await _sink.SubscribeAsync(Contract.Topics.Events("+"));
    }

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_does_not_say_who_it_is_is_closed_after_ten_seconds(bool isTls)
    {
        using var line = await LineAsync(isTls ? _broker.TlsEndPoint!.Port : _address.Port);

        await AssertEndsAsync(line, BrokerListener.OpeningMax);
    }

    [Fact]
    public async Task Who_says_who_it_is_byte_for_byte_is_closed_after_ten_seconds_all_the_same()
    {
        using var line = await LineAsync(_address.Port);
        await line.GetStream().WriteAsync(Connect.AsMemory(0, Connect.Length - 1));

        await AssertEndsAsync(line, BrokerListener.OpeningMax);
    }

    [Fact]
    public async Task A_half_open_connection_is_closed_though_it_asked_for_no_keep_alive()
    {
        using var line = await LineAsync(_address.Port);
        await line.GetStream().WriteAsync(Connect);
        var answer = new byte[4];
        await line.GetStream().ReadExactlyAsync(answer);
        Assert.Equal((0x20, 0), (answer[0], answer[3]));

        // Whatever is left of the answer.
        await AssertEndsAsync(line, BrokerListener.SilenceMax);
    }

    [Theory]
    [InlineData(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0x30, 0x81, 0x80, 0x10 })]
    [InlineData(new byte[] { 0x30, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [InlineData(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0x7F })]
    public async Task A_packet_that_announces_too_much_ends_the_connection_before_room_is_made_for_it(byte[] head)
    {
        using var line = await LineAsync(_address.Port);
        if (head[0] != 0x10)
            await line.GetStream().WriteAsync(Connect);
        var before = GC.GetTotalAllocatedBytes();

        await line.GetStream().WriteAsync(head);
        await ReadToEndAsync(line);

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16 * 1024 * 1024);
        Assert.True(_sink.IsConnected);
    }

    [Fact]
    public async Task No_more_connections_than_there_may_be_are_held()
    {
        using var listener = new BrokerListener("broker.port", null, new IngestionRuntime(_time, NullLoggerFactory.Instance, null!, () => new BrokerRoll()))
        {
            ConnectionsMax = 3,
            ClientHandler = _ => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken),
        };
        var where = listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await listener.StartAsync(new MqttServerOptions(), MqttNetNullLogger.Instance);
        var lines = new List<TcpClient>();
        for (var line = 0; line < 4; line++)
            lines.Add(await LineAsync(where.Port));

        await ReadToEndAsync(lines[3]);

        Assert.All(lines.Take(3), line => Assert.False(line.Client.Poll(0, SelectMode.SelectRead)));
        await listener.StopAsync();
        foreach (var line in lines)
            line.Dispose();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_by_its_key()
    {
        await using var second = new EmbeddedBroker(null!, new IngestionRuntime(_time, NullLoggerFactory.Instance, null!, () => new BrokerRoll()));

        var taken = await Assert.ThrowsAsync<BrokerPortException>(() => second.StartAsync(new BrokerOptions { Port = _address.Port }, new BrokerRoll()));

        Assert.StartsWith($"broker.port: 127.0.0.1:{_address.Port} cannot be listened on", taken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("camera-1", null, false, true)]
    [InlineData("camera-1", "new", true, true)]
    [InlineData("camera-1", "old", false, true)]
    [InlineData("camera-9", null, false, true)]
    [InlineData("camera-3", null, true, true)]
    [InlineData("camera-3", null, false, false)]
    [InlineData("camera-3", "any", false, true)]
    public void A_device_comes_in_with_its_own_key_and_one_that_is_not_enrolled_on_loopback_if_at_all(string device, string? key, bool may, bool isPlainOpen)
    {
        var roll = new BrokerRoll { IsPlainOpen = isPlainOpen, KeyIds = new Dictionary<string, string> { ["camera-1"] = "new" }, Revoked = ["camera-9"] };

        Assert.Equal(may, roll.Permits(device, key));
    }

    private static async Task<TcpClient> LineAsync(int port)
    {
        var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, port);
        return line;
    }

    /// <summary>It is open until this time is over, and closed after it.</summary>
    private async Task AssertEndsAsync(TcpClient line, TimeSpan after)
    {
        var ended = ReadToEndAsync(line);
        _time.Advance(after - TimeSpan.FromSeconds(2));
        Assert.False(ended.IsCompleted);

        // The broker may have taken the connection only after the first step.
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return ended.IsCompleted;
            },
            "the connection is closed");
        await ended;
    }

    private static async Task ReadToEndAsync(TcpClient line)
    {
        // Only ends a test that hangs.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var rest = new byte[1024];
            while (await line.GetStream().ReadAsync(rest, patience.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed with something unread.
        }
    }
}
