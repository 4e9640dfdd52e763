using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Brokers;

/// <summary>What a stranger, or a device that goes astray, tries at a broker, and the answer that it gets: the same attacks at both brokers.</summary>
public sealed class BrokerAttackTests(BrokerAttackTests.Beds beds, ITestOutputHelper output) : IClassFixture<BrokerAttackTests.Beds>
{
    private const string Victim = "camera-1", Thief = "camera-2";

    private static readonly string[] Kinds = [TlsBroker.Embedded, TlsBroker.Mosquitto];

    public static TheoryData<string, string> Intruders => Each("no certificate", "of another authority", "expired", "revoked", "of an earlier key",
        "of a server", "TLS 1.2", "plain text");

    public static TheoryData<string, string> Publications => Each("sce/v1/camera-1/events", "sce/v1/camera-1/state", "sce/v1/camera-1/manifest",
        "sce/v1/camera-2/received", "sce/v1/camera-2/cmd", "sce/v1/policy/active", "sce/v1/pub/crossing-north/score", "$SYS/broker/uptime", "anything");

    public static TheoryData<string, string> Subscriptions => Each("sce/v1/camera-1/cmd", "sce/v1/camera-1/received", "sce/v1/camera-1/events",
        "sce/v1/camera-1/state", "sce/v1/+/cmd", "sce/v1/+/events", "sce/#", "#", "+/+/+/+", "$SYS/#", "$share/any/sce/v1/+/events");

    [Theory]
    [MemberData(nameof(Intruders))]
    public async Task Nobody_comes_in_without_a_certificate_that_holds(string kind, string what)
    {
        var bed = await beds.OfAsync(kind);
        await using var client = new TlsClient(Thief, bed.CertificateOf(what))
        {
            Protocols = what == "TLS 1.2" ? SslProtocols.Tls12 : SslProtocols.Tls13,
            IsPlain = what == "plain text",
        };

        var answer = await client.ConnectAsync(bed.Broker.Port, bed.Broker.Authority.Certificate);

        Print(kind, $"connect: {what}", answer);
        Assert.DoesNotContain("Success", answer, StringComparison.Ordinal);
        Assert.False(client.IsConnected);
    }

    [Theory]
    [InlineData(TlsBroker.Embedded, Victim)]
    [InlineData(TlsBroker.Mosquitto, Victim)]
    [InlineData(TlsBroker.Embedded, "sink")]
    [InlineData(TlsBroker.Mosquitto, "sink")]
    public async Task A_device_cannot_be_another_client_nor_push_it_out(string kind, string name)
    {
        var bed = await beds.OfAsync(kind);
        await using var client = new TlsClient(name, bed.Thief) { Account = (name, "") };

        var answer = await client.ConnectAsync(bed.Broker.Port, bed.Broker.Authority.Certificate);
        var published = client.IsConnected ? await client.PublishAsync(Topics.Events(Victim), "forged as another") : "";

        Print(kind, $"connect: client id and user {name}", client.IsConnected ? $"{answer}, as {Thief}; publish as {Victim}: {published}" : answer);
        Assert.True(published.Length == 0 || published.StartsWith("NotAuthorized", StringComparison.Ordinal), published);
        await bed.AssertAllIsAsBeforeAsync("forged as another");
    }

    [Theory]
    [MemberData(nameof(Publications))]
    public async Task A_device_writes_no_topic_but_its_own(string kind, string topic)
    {
        var bed = await beds.OfAsync(kind);
        await using var client = await bed.Broker.ConnectedAsync(Thief, bed.Thief);
        var payload = $"forged on {topic}";

        var answer = await client.PublishAsync(topic, payload, isRetained: true);

        Print(kind, $"publish: {topic}", answer);
        Assert.StartsWith("NotAuthorized (0x87)", answer, StringComparison.Ordinal);
        await bed.AssertAllIsAsBeforeAsync(payload);
    }

    [Theory]
    [MemberData(nameof(Subscriptions))]
    public async Task A_device_hears_nothing_that_is_not_for_it(string kind, string filter)
    {
        var bed = await beds.OfAsync(kind);
        await using var client = await bed.Broker.ConnectedAsync(Thief, bed.Thief);
        Assert.StartsWith("GrantedQoS1", await client.SubscribeAsync("sce/v1/pub/crossing-north/score"), StringComparison.Ordinal);

        var answer = await client.SubscribeAsync(filter);
        await bed.Broker.Sink.PublishAsync($"sce/v1/{Victim}/cmd", "secret command");
        await bed.Broker.Sink.PublishAsync(Topics.Received(Victim), "secret receipt");
        await bed.Victim.PublishAsync(Topics.Events(Victim), "secret record");
        await bed.Victim.PublishAsync(Topics.State(Victim), "secret state", isRetained: true);
        var end = $"end of {filter}";
        await bed.Broker.Sink.PublishAsync("sce/v1/pub/crossing-north/score", end);
        await client.HearAsync(end);

        Print(kind, $"subscribe: {filter}", $"{answer}; heard {client.Heard.Count(heard => heard.StartsWith("secret", StringComparison.Ordinal))}");
        Assert.All(client.Heard, heard => Assert.StartsWith("end of", heard, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TlsBroker.Embedded)]
    [InlineData(TlsBroker.Mosquitto)]
    public async Task A_device_that_joins_the_sinks_group_takes_no_record_from_a_sink_that_reads_alone(string kind)
    {
        var bed = await beds.OfAsync(kind);
        await using var client = await bed.Broker.ConnectedAsync(Thief, bed.Thief);

        var answer = await client.SubscribeAsync(Topics.AllEventsShared);
        for (var record = 1; record <= 10; record++)
            await bed.Victim.PublishAsync(Topics.Events(Victim), $"record {record}");
        await bed.Broker.Sink.HearAsync("record 10");

        Print(kind, $"subscribe: {Topics.AllEventsShared}", answer);
        Assert.Equal(10, bed.Broker.Sink.Heard.Count(heard => heard.StartsWith("record ", StringComparison.Ordinal)));
        Assert.Empty(client.Heard);
    }

    [Theory]
    [InlineData(TlsBroker.Embedded)]
    [InlineData(TlsBroker.Mosquitto)]
    public async Task A_last_will_on_the_topic_of_another_is_not_said(string kind)
    {
        var bed = await beds.OfAsync(kind);
        await using (var client = new TlsClient(Thief, bed.Thief) { WillTopic = Topics.Events(Victim) })
            Print(kind, $"last will on {Topics.Events(Victim)}", await client.ConnectAsync(bed.Broker.Port, bed.Broker.Authority.Certificate));

        // Once it is in again, the broker is through with the connection before.
        await using var again = await bed.Broker.ConnectedAsync(Thief, bed.Thief);

        await bed.AssertAllIsAsBeforeAsync("will");
    }

    [Theory]
    [InlineData(TlsBroker.Embedded)]
    [InlineData(TlsBroker.Mosquitto)]
    public async Task A_message_that_is_too_long_ends_the_connection(string kind)
    {
        var bed = await beds.OfAsync(kind);
        await using var client = await bed.Broker.ConnectedAsync(Thief, bed.Thief);

        var answer = await client.PublishAsync(Topics.Events(Thief), new string('x', 1024 * 1024));

        Print(kind, "publish: 1 MiB", answer);
        Assert.StartsWith("refused", answer, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => !client.IsConnected, "the connection ends");
        await bed.AssertAllIsAsBeforeAsync("xxx");
    }

    private static TheoryData<string, string> Each(params string[] attacks)
    {
        var data = new TheoryData<string, string>();
        foreach (var attack in attacks)
        {
            foreach (var kind in Kinds)
                data.Add(kind, attack);
        }

        return data;
    }

    private void Print(string kind, string attack, string answer) => output.WriteLine($"{kind,-10} {attack,-50} {answer}");

    /// <summary>One broker of each kind for all attacks.</summary>
    public sealed class Beds : IAsyncDisposable
    {
        private readonly Dictionary<string, AttackBed> _beds = [];

        internal async Task<AttackBed> OfAsync(string kind) =>
            _beds.TryGetValue(kind, out var bed) ? bed : _beds[kind] = await AttackBed.StartAsync(kind);

        public async ValueTask DisposeAsync()
        {
            foreach (var bed in _beds.Values)
                await bed.DisposeAsync();
        }
    }

    internal sealed class AttackBed(TlsBroker broker, TlsClient victim, Dictionary<string, X509Certificate2?> certificates) : IAsyncDisposable
    {
        private int _marks;

        public TlsBroker Broker => broker;

        public TlsClient Victim => victim;

        public X509Certificate2 Thief => certificates[BrokerAttackTests.Thief]!;

        public X509Certificate2? CertificateOf(string what) => certificates.TryGetValue(what, out var certificate) ? certificate : Thief;

        public static async Task<AttackBed> StartAsync(string kind)
        {
            var certificates = new Dictionary<string, X509Certificate2?> { ["no certificate"] = null };
            var broker = await TlsBroker.StartAsync(kind, broker =>
            {
                using var other = CertificateAuthority.OpenOrMake(TestPaths.NewFolder(), TimeProvider.System);
                using var past = CertificateAuthority.OpenOrMake(broker.AuthorityFolder, TlsBroker.Past);
                certificates["of another authority"] = TlsBroker.Certify(BrokerAttackTests.Thief, other);
                certificates["expired"] = TlsBroker.Certify(BrokerAttackTests.Thief, past);
                certificates["of a server"] = broker.Authority.IssueServer([BrokerAttackTests.Thief], TimeSpan.FromDays(1));
                broker.Revoke(certificates["revoked"] = broker.Approve(BrokerAttackTests.Thief));
                broker.Revoke(certificates["of an earlier key"] = broker.Approve(BrokerAttackTests.Thief));
                certificates[BrokerAttackTests.Thief] = broker.Approve(BrokerAttackTests.Thief);
                certificates[BrokerAttackTests.Victim] = broker.Approve(BrokerAttackTests.Victim);
            });
            return new AttackBed(broker, await broker.ConnectedAsync(BrokerAttackTests.Victim, certificates[BrokerAttackTests.Victim]!), certificates);
        }

        /// <summary>Device and sink are still connected, one hears the other, and this was not heard.</summary>
        public async Task AssertAllIsAsBeforeAsync(string forged)
        {
            var mark = $"mark {++_marks}";
            Assert.StartsWith("Success", await victim.PublishAsync(Topics.Events(BrokerAttackTests.Victim), mark), StringComparison.Ordinal);
            await broker.Sink.HearAsync(mark);
            Assert.DoesNotContain(broker.Sink.Heard, heard => heard.Contains(forged, StringComparison.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            await victim.DisposeAsync();
            await broker.DisposeAsync();
        }
    }
}
