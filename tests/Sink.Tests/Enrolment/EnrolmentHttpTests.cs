using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Enrolment;

/// <summary>Enrolment over real sockets: over TLS on a listener of its own, and over plain HTTP on loopback alone.</summary>
public sealed class EnrolmentHttpTests
{
    private const string Listener = "enrolment: {address: 127.0.0.1, port: 0, names: [localhost, 127.0.0.1]}\n";

    [Fact]
    public async Task A_device_that_has_only_a_claim_code_finds_the_authority_behind_its_pin_and_enrols_over_TLS()
    {
        await using var sink = await RunningSink.StartAsync(Listener, time: TimeProvider.System);
        var code = ClaimCode.Make(X509Certificate2.CreateFromPem(
            await File.ReadAllTextAsync(Path.Combine(sink.Folder, "authority", CertificateAuthority.CertificateFileName))).PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Null(sink.Office.Invite("edge-01", ["crossing-north"], null, (code.Secret, TimeSpan.FromHours(1))));
        using var anybody = Client(sink, (_, _) => true);

        using var authority = X509Certificate2.CreateFromPem(await anybody.GetStringAsync(EnrolmentServing.AuthorityPath));
        Assert.Equal(code.Pin, ClaimCode.PinOf(authority.PublicKey.ExportSubjectPublicKeyInfo()));
        using var client = Client(sink, (certificate, _) => Holds(certificate, authority));
        var waiting = await PostAsync(client, TestSignatures.Asking("edge-01", TestManifests.KeyOf("edge-01"), code.Secret).Encode());
        sink.Office.Approve("edge-01", [], null);
        var approved = await PostAsync(client, TestSignatures.Asking("edge-01", TestManifests.KeyOf("edge-01"), code.Secret).Encode());

        Assert.Equal(EnrolmentStatus.Waiting, EnrolmentAnswer.TryDecode(waiting.Body)!.Status);
        using var certificate = X509Certificate2.CreateFromPem(EnrolmentAnswer.TryDecode(approved.Body)!.Certificate);
        Assert.True(Holds(certificate, authority));
        sink.Office.Revoke("edge-01");
        var list = CertificateRevocationListBuilder.Load(await client.GetByteArrayAsync(EnrolmentServing.RevocationPath), out _);
        Assert.True(list.RemoveEntry(certificate.SerialNumberBytes.Span));
    }

    [Fact]
    public async Task The_listener_of_the_enrolment_serves_nothing_else_and_no_older_TLS()
    {
        await using var sink = await RunningSink.StartAsync(Listener, time: TimeProvider.System);
        using var client = Client(sink, (_, _) => true);
        using var old = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
#pragma warning disable CA5398, CA5359 // It is to be refused.
                EnabledSslProtocols = SslProtocols.Tls12,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5398, CA5359
            },
        })
        { BaseAddress = client.BaseAddress };

        foreach (var path in (string[])["/", "/api/zones", "/api/devices", "/openapi/v1.json", "/api/enrolment/", "/api/authority/../zones", "/API/enrolment/x"])
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync(EnrolmentRequest.Path)).StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => old.GetAsync(EnrolmentServing.AuthorityPath));
    }

    [Fact]
    public async Task By_default_no_port_is_opened_for_it_and_only_loopback_is_served_over_plain_HTTP()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var open = await RunningSink.StartAsync("", http: "{address: 0.0.0.0, port: 0}");
        using var client = new HttpClient();

        Assert.Single(sink.Addresses);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(sink.Address, EnrolmentServing.AuthorityPath))).StatusCode);
        var everywhere = new UriBuilder(open.Address) { Host = "127.0.0.1" }.Uri;
        foreach (var path in (string[])[EnrolmentRequest.Path, EnrolmentServing.AuthorityPath, EnrolmentServing.RevocationPath])
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(everywhere, path))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(everywhere, "/api/zones"))).StatusCode);
    }

    [Fact]
    public async Task What_is_malformed_too_long_or_too_often_is_refused_and_the_sink_goes_on()
    {
        await using var sink = await RunningSink.StartAsync();
        using var client = new HttpClient { BaseAddress = sink.Address };
        var asking = TestSignatures.Asking("edge-01", TestManifests.KeyOf("edge-01"), "secret").Encode();

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, asking)).Status);
        byte[][] malformed = [[], "{}"u8.ToArray(), [0xFF], asking[..^1], System.Text.Encoding.UTF8.GetBytes(new string('[', 5000))];
        foreach (var body in malformed)
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(client, body)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(client, new byte[EnrolmentRequest.BytesMax + 1])).Status);

        var answers = new List<HttpStatusCode>();
        while (answers.Count < 2000 && !answers.Contains(HttpStatusCode.TooManyRequests))
            answers.Add((await PostAsync(client, "{}"u8.ToArray())).Status);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);

        // Only of this path.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/zones")).StatusCode);
    }

    private static HttpClient Client(RunningSink sink, Func<X509Certificate2, X509Chain, bool> isGood) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && isGood((X509Certificate2)certificate!, chain!),
        },
    })
    { BaseAddress = new UriBuilder(sink.Addresses.Single(address => address.Scheme == "https")) { Host = "localhost" }.Uri };

    private static bool Holds(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(HttpClient client, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var response = await client.PostAsync(EnrolmentRequest.Path, content);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}
