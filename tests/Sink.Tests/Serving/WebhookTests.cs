using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>A changed grade is told once, signed, until it is taken; and nowhere where it must not go.</summary>
public sealed class WebhookTests
{
    private static readonly string Secret = WebhookSending.SecretPrefix + Convert.ToBase64String(Encoding.ASCII.GetBytes("a secret of thirty-two bytes ..."));

    [Fact]
    public async Task A_message_reaches_its_receiver_once_signed_over_number_time_and_body_though_two_sinks_send()
    {
        await using var receiver = await Receiver.StartAsync(_ => StatusCodes.Status200OK);
        await using var sink = await RunningSink.StartAsync(time: TimeProvider.System);
        await using var second = await RunningSink.StartAsync($"store: {{sqlite: {Path.Combine(sink.Folder, "sink.db")}}}\n", time: TimeProvider.System);
        var tables = new WebhookTables(sink.Store.Database);
        Assert.True(tables.Add(new Webhook("office", new Uri(receiver.Address + "/told"), Secret, false), TimeProvider.System.GetUtcNow()));
        for (var i = 0; i < 10; i++)
            Change(tables, sink.Store, $"crossing-{i}", TimeProvider.System.GetUtcNow());

        await Eventually.TrueAsync(() => tables.States()[0] is (_, 0, "delivered"), "all are delivered");

        Assert.Equal(10, receiver.Heard.Count);
        Assert.Equal(10, receiver.Heard.Select(one => one.Id).Distinct().Count());
        foreach (var heard in receiver.Heard)
        {
            var expected = Convert.ToBase64String(HMACSHA256.HashData(
                Encoding.ASCII.GetBytes("a secret of thirty-two bytes ..."), Encoding.UTF8.GetBytes($"{heard.Id}.{heard.At}.{heard.Body}")));
            Assert.Equal($"v1,{expected}", heard.Signature);
            using var body = JsonDocument.Parse(heard.Body);
            Assert.Equal("B", body.RootElement.GetProperty("to").GetString());
        }
    }

    [Fact]
    public async Task A_receiver_that_redirects_is_not_followed_and_the_message_waits()
    {
        await using var receiver = await Receiver.StartAsync(path => path == "/told" ? StatusCodes.Status302Found : StatusCodes.Status200OK);
        await using var sink = await RunningSink.StartAsync(time: TimeProvider.System);
        var tables = new WebhookTables(sink.Store.Database);
        tables.Add(new Webhook("office", new Uri(receiver.Address + "/told"), Secret, false), TimeProvider.System.GetUtcNow());
        Change(tables, sink.Store, "crossing-north", TimeProvider.System.GetUtcNow());

        await Eventually.TrueAsync(() => tables.States()[0].Outcome.Length > 0, "it was tried");

        Assert.Equal("it answered 302", tables.States()[0].Outcome);
        Assert.Equal(1, tables.States()[0].Waiting);
        Assert.Equal(["/told"], receiver.Heard.Select(one => one.Path));
    }

    [Fact]
    public async Task A_message_that_nobody_takes_is_given_up_after_three_days()
    {
        await using var receiver = await Receiver.StartAsync(_ => StatusCodes.Status500InternalServerError);
        await using var sink = await RunningSink.StartAsync(time: TimeProvider.System);
        var (tables, now) = (new WebhookTables(sink.Store.Database), TimeProvider.System.GetUtcNow());
        tables.Add(new Webhook("office", new Uri(receiver.Address + "/told"), Secret, false), now);
        Change(tables, sink.Store, "crossing-north", now.AddDays(-2.99));
        Change(tables, sink.Store, "plaza-south", now.AddDays(-3));

        await Eventually.TrueAsync(() => receiver.Heard.Count == 2 && Outcomes().All(one => one.Length > 0), "both were tried");

        Assert.Equal(["it answered 500", "given up: it answered 500"], Outcomes());
        Assert.Equal(1, tables.States()[0].Waiting);

        List<string> Outcomes() => sink.Store.Database.Read("SELECT outcome FROM webhook_delivery ORDER BY id", row => row.GetString(0));
    }

    [Fact]
    public void What_one_sink_has_taken_it_has_sent_before_another_takes_it_again() =>
        Assert.True(WebhookSending.AtOnce * WebhookDoor.AnswerWithin < WebhookTables.PauseAfter(0));

    [Theory]
    [InlineData("93.184.216.34", false, false, true)]
    [InlineData("2606:2800:220:1::1", false, false, true)]
    [InlineData("10.1.2.3", false, false, false)]
    [InlineData("10.1.2.3", true, false, true)]
    [InlineData("192.168.1.1", false, false, false)]
    [InlineData("172.31.0.1", false, false, false)]
    [InlineData("100.64.0.1", false, false, false)]
    [InlineData("fd00::1", true, false, true)]
    [InlineData("fd00::1", false, false, false)]
    [InlineData("127.0.0.1", true, false, false)]
    [InlineData("127.0.0.1", false, true, true)]
    [InlineData("::1", true, false, false)]
    [InlineData("::ffff:127.0.0.1", true, false, false)]
    [InlineData("::ffff:10.0.0.1", false, false, false)]
    [InlineData("169.254.169.254", true, true, false)]
    [InlineData("fe80::1", true, true, false)]
    [InlineData("0.0.0.0", true, true, false)]
    [InlineData("255.255.255.255", true, true, false)]
    [InlineData("224.0.0.1", true, true, false)]
    [InlineData("64:ff9b::a00:1", true, true, false)]
    [InlineData("2002:a00:1::", true, true, false)]
    [InlineData("ff02::1", true, true, false)]
    public void A_message_goes_only_to_addresses_where_it_may(string address, bool allowsPrivate, bool isHere, bool expected) =>
        Assert.Equal(expected, WebhookDoor.MayReach(IPAddress.Parse(address), allowsPrivate, isHere));

    [Theory]
    [InlineData("https://hooks.example/sce", true)]
    [InlineData("http://127.0.0.1:8123/hook", true)]
    [InlineData("http://hooks.example/sce", false)]
    [InlineData("ftp://hooks.example/sce", false)]
    [InlineData("https://user:word@hooks.example/", false)]
    [InlineData("file:///etc/passwd", false)]
    public void An_address_is_taken_or_refused_when_it_is_added(string url, bool isGood) =>
        Assert.Equal(isGood, WebhookDoor.FaultOf(new Uri(url)) is null);

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_refused_when_it_is_looked_up()
    {
        using var client = WebhookDoor.Open();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"https://{Dns.GetHostName()}:1/"));
        request.Options.Set(new HttpRequestOptionsKey<(bool, bool)>("sink-allowed"), (false, false));

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));

        Assert.True(refused.Message.Contains("no webhook may lead", StringComparison.Ordinal) || refused.InnerException is System.Net.Sockets.SocketException, refused.Message);
    }

    /// <summary>A zone whose grade is another than was told.</summary>
    private static void Change(WebhookTables tables, IEventStore store, string zone, DateTimeOffset now)
    {
        store.Database.Run("INSERT INTO told_grade (zone, grade, since) VALUES ($1, 'C', 0)", zone);
        Assert.True(tables.Note(zone, "B", before => ($"{zone}_1", $$"""{"zone":"{{zone}}","from":"{{before}}","to":"B"}"""), now));
        Assert.False(tables.Note(zone, "B", before => ($"{zone}_2", "{}"), now));
    }

    private sealed class Receiver : IAsyncDisposable
    {
        private LoopbackServer? _server;

        public ConcurrentQueue<(string Id, string At, string Signature, string Body, string Path)> Heard { get; } = new();

        public string Address => _server!.Address.ToString().TrimEnd('/');

        public static async Task<Receiver> StartAsync(Func<string, int> answer)
        {
            var receiver = new Receiver();
            receiver._server = await LoopbackServer.StartAsync(app => app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var headers = context.Request.Headers;
                receiver.Heard.Enqueue(($"{headers["webhook-id"]}", $"{headers["webhook-timestamp"]}", $"{headers["webhook-signature"]}", await reader.ReadToEndAsync(), $"{context.Request.Path}"));
                context.Response.StatusCode = answer($"{context.Request.Path}");
                context.Response.Headers.Location = "/elsewhere";
            }));
            return receiver;
        }

        public ValueTask DisposeAsync() => _server!.DisposeAsync();
    }
}
