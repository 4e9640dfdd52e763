using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>Who may write and who not: with a key, a token, a certificate, over a real sink.</summary>
public sealed class OperatorApiTests
{
    private const string Acknowledge = "/api/operator/contests/1/acknowledge";

    [Fact]
    public async Task With_a_key_of_the_right_scope_contests_and_devices_are_worked_on_and_the_log_names_the_key()
    {
        await using var sink = await StartAsync("{port: 0, operators: {}}");
        using var client = new HttpClient { BaseAddress = sink.Address };
        var key = AddKey(sink, "works-office", ApiKey.Operate);
        Assert.Null(sink.Office.Invite("edge-01", ["plaza-south"], null, ("secret", TimeSpan.FromHours(1))));
        var came = sink.Store.Enrolled.Find("edge-01")! with { State = DeviceState.Waiting, Key = TestManifests.KeyOf("edge-01").ExportSubjectPublicKeyInfo() };
        sink.Store.Enrolled.Keep(came, "came", RecordFixtures.Noon);

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, Acknowledge, key));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(client, "/api/operator/contests/1/remeasure", key, "{}"));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(client, "/api/operator/contests/1/decide", key, """{"outcome":"disable","behaviour":"\u0000"}"""));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(client, "/api/operator/policies/p-2026.9/activate", key, """{"starts":"9999-12-31T00:00:00Z"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "/api/operator/policies", key));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "/api/operator/policies/p-2026.9/signatures", key));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, Acknowledge, key, "null"));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, "/api/operator/contests/1/remeasure", key, """{"behaviour":"red_crossing","truePositives":47,"falsePositives":2,"misses":5}"""));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, "/api/operator/contests/1/decide", key, """{"outcome":"recalibrate","behaviour":"red_crossing"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "/api/operator/devices/edge-01/approve", key, "{}"));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, "/api/operator/devices/edge-01/approve", key, $$"""{"keyId":"{{came.KeyId}}"}"""));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, "/api/operator/devices/edge-01/revoke", key));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(client, Acknowledge, key));

        var lines = new AuditTables(sink.Store.Database).Newest(100);
        Assert.Equal(6, lines.Count(line => line.Line.Contains("\"by\":\"key:works-office\"", StringComparison.Ordinal)));
        Assert.Equal(DeviceState.Revoked, sink.Store.Enrolled.Find("edge-01")!.State);
    }

    [Fact]
    public async Task What_is_no_good_key_writes_nothing()
    {
        await using var sink = await StartAsync("{port: 0, operators: {}}");
        using var client = new HttpClient { BaseAddress = sink.Address };
        var (good, read, late) = (AddKey(sink, "good-key", ApiKey.Operate), AddKey(sink, "read-key", ApiKey.Read), AddKey(sink, "late-key", ApiKey.Operate, days: -1));

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, Acknowledge, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, Acknowledge, good[..^1] + (good[^1] == '0' ? '1' : '0')));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, Acknowledge, good.Replace("good-key", "read-key", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, Acknowledge, late));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, Acknowledge, "sce_"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(client, Acknowledge, read));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(client, Acknowledge, good, with: request => request.Headers.Add("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PostAsync(client, Acknowledge, good, mediaType: "text/plain"));
        Assert.Equal(ContestState.Open, sink.Contest().State);

        new KeyTables(sink.Store.Database).Remove("good-key", RecordFixtures.Noon);
        await Eventually.TrueAsync(async () => await PostAsync(client, Acknowledge, good) == HttpStatusCode.Unauthorized, "a removed key counts no more");
    }

    [Fact]
    public async Task Without_the_configuration_nothing_can_be_written_and_no_key_is_asked_for()
    {
        await using var sink = await StartAsync("{port: 0}");
        using var client = new HttpClient { BaseAddress = sink.Address };

        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(client, Acknowledge, AddKey(sink, "good-key", ApiKey.Operate)));
    }

    [Fact]
    public async Task With_a_token_of_the_issuer_and_the_role_and_nothing_less_one_is_an_operator_without_a_name()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var sink = await StartAsync($"{{port: 0, operators: {{authority: \"{issuer.Address}\", audience: sink}}}}");
        using var client = new HttpClient { BaseAddress = sink.Address };
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] bad =
        [
            issuer.Token(audience: "another"), issuer.Token(issuer: "http://127.0.0.1:1"), issuer.Token(minutes: -10),
            issuer.Token(signed: new SigningCredentials(new ECDsaSecurityKey(foreign) { KeyId = "issuer-1" }, SecurityAlgorithms.EcdsaSha256)),
            issuer.Token(signed: new SigningCredentials(new SymmetricSecurityKey(new byte[32]), SecurityAlgorithms.HmacSha256)),
            string.Join('.', issuer.Token().Split('.')[..2]) + ".", "nonsense",
        ];

        foreach (var token in bad)
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, Acknowledge, token));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(client, Acknowledge, issuer.Token(role: "reader", more: new() { ["sink-scope"] = "operate", ["sink-actor"] = "key:root", ["scope"] = "operate" })));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(client, Acknowledge, issuer.Token()));

        var line = new AuditTables(sink.Store.Database).Newest(1)[0].Line;
        Assert.Contains("\"by\":\"token:sink-operator:issuer-1\"", line, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_a_certificate_that_was_let_in_writes_and_others_do_not()
    {
        await using var sink = await StartAsync("{port: 0, tls: {port: 0, name: 127.0.0.1}, operators: {}}", TimeProvider.System);
        using var authority = CertificateAuthority.OpenOrMake(Path.Combine(sink.Folder, "authority"), TimeProvider.System);
        using var council = authority.IssueClient("council", TimeSpan.FromDays(1));
        using var device = authority.IssueClient("edge-01", TimeSpan.FromDays(1));
        using var elsewhere = CertificateAuthority.OpenOrMake(TestPaths.NewFolder(), TimeProvider.System);
        using var stranger = elsewhere.IssueClient("council", TimeSpan.FromDays(1));
        var now = TimeProvider.System.GetUtcNow();
        new KeyTables(sink.Store.Database).Add(new ApiKey("council", ApiKeyKind.Certificate, KeyBook.HashOf(council), [ApiKey.Operate], now, now.AddDays(1)));

        using var nobody = Over(sink, null);
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync("/api/zones")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(nobody, Acknowledge, null));
        using var unknown = Over(sink, device);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(unknown, Acknowledge, null));
        using var foreign = Over(sink, stranger);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(foreign, Acknowledge, null));
        using var known = Over(sink, council);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(known, Acknowledge, null));
        Assert.Contains("\"by\":\"certificate:council\"", new AuditTables(sink.Store.Database).Newest(1)[0].Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contest_is_opened_without_a_name_followed_by_its_receipt_and_its_words_are_for_operators_alone()
    {
        await using var sink = await StartAsync("{port: 0, operators: {}}");
        using var client = new HttpClient { BaseAddress = sink.Address };
        using var opened = await client.PostAsync("/api/contests", Json("""{"zone":"crossing-north","reason":"zone-wrong","words":"It is drawn over our door."}"""));
        var receipt = JsonDocument.Parse(await opened.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        var followed = await client.GetStringAsync(receipt.GetProperty("follow").GetString());
        Assert.Contains("\"state\":\"open\"", followed, StringComparison.Ordinal);
        Assert.DoesNotContain("door", await client.GetStringAsync("/api/contests") + followed + await client.GetStringAsync("/api/audit"), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/operator/contests/{receipt.GetProperty("number").GetInt64()}/words");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AddKey(sink, "works-office", ApiKey.Operate));
        Assert.Contains("door", await (await client.SendAsync(request)).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/api/contests", Json("""{"zone":"nowhere","behaviour":"sleeping","reason":"dislike"}"""))).StatusCode);
        var long_ = new string('x', ContestApi.BodyBytesMax);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.PostAsync("/api/contests", Json($$"""{"zone":"crossing-north","reason":"other","words":"{{long_}}"}"""))).StatusCode);
        var answers = new List<HttpStatusCode>();
        while (answers.Count < 20 && !answers.Contains(HttpStatusCode.TooManyRequests))
            answers.Add((await client.PostAsync("/api/contests", Json("""{"zone":"crossing-north","reason":"other"}"""))).StatusCode);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    private static async Task<RunningSink> StartAsync(string http, TimeProvider? time = null)
    {
        var sink = await RunningSink.StartAsync(http: http, time: time);
        sink.Store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]);
        sink.OpenContest("crossing-north", "red_crossing");
        return sink;
    }

    private static string AddKey(RunningSink sink, string id, string scope, int days = 1)
    {
        var (key, hash) = KeyBook.Make(id);
        Assert.True(new KeyTables(sink.Store.Database).Add(new ApiKey(id, ApiKeyKind.Secret, hash, [scope], RecordFixtures.Noon, RecordFixtures.Noon.AddDays(2 * days))));
        return key;
    }

    private static HttpClient Over(RunningSink sink, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // Whom the client believes is not what is tested.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        if (certificate is not null)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return new HttpClient(handler) { BaseAddress = sink.Addresses.Single(address => address.Scheme == "https") };
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<HttpStatusCode> PostAsync(
        HttpClient client, string path, string? token, string body = "{}", Action<HttpRequestMessage>? with = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        with?.Invoke(request);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
