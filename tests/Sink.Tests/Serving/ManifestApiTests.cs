using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>What a device signed is what anybody can read.</summary>
public sealed class ManifestApiTests : IAsyncLifetime
{
    private static readonly SignedManifest Old = Signed("p-2026.2"), InForce = Signed("p-2026.3");

    private ServedSink _sink = null!;

    public async ValueTask InitializeAsync() => _sink = await ServedSink.StartAsync(store =>
    {
        store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]);
        store.KeepManifest("camera-1", Old, RecordFixtures.Noon);
        store.KeepManifest("camera-1", InForce, RecordFixtures.Noon.AddHours(1));
    });

    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    [Fact]
    public async Task The_exact_bytes_are_served_with_their_signature_in_the_headers()
    {
        using var response = await _sink.Client.GetAsync("/api/devices/camera-1/manifest");

        var served = new SignedManifest(
            await response.Content.ReadAsByteArrayAsync(), response.Headers.GetValues("sig").Single(), response.Headers.GetValues("kid").Single());
        Assert.Equal(InForce.Digest, served.Digest);
        Assert.True(served.TryOpen(out _, out var reason), reason);
        Assert.Equal(SignedManifest.PayloadType, response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_envelope_is_one_file_with_both()
    {
        using var envelope = JsonDocument.Parse(await _sink.Client.GetByteArrayAsync("/api/devices/camera-1/manifest/envelope"));

        var signature = Assert.Single(envelope.RootElement.GetProperty("signatures").EnumerateArray());
        Assert.Equal(SignedManifest.PayloadType, envelope.RootElement.GetProperty("payloadType").GetString());
        Assert.True(Dsse.Verify(
            TestManifests.KeyOf("camera-1").ExportSubjectPublicKeyInfo(), SignedManifest.PayloadType,
            envelope.RootElement.GetProperty("payload").GetBytesFromBase64(), signature.GetProperty("sig").GetString()!));
        Assert.Equal(InForce.KeyId, signature.GetProperty("keyid").GetString());
    }

    [Fact]
    public async Task Devices_are_listed_with_what_is_in_force()
    {
        var device = Assert.Single((await _sink.Client.GetFromJsonAsync<JsonElement>("/api/devices")).EnumerateArray());

        Assert.Equal("camera-1", device.GetProperty("device").GetString());
        Assert.Equal(InForce.Digest, device.GetProperty("digest").GetString());
        Assert.Equal(InForce.KeyId, device.GetProperty("keyId").GetString());
        Assert.Equal("crossing-north", Assert.Single(device.GetProperty("zones").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Devices_come_in_pages_that_lead_to_the_next()
    {
        using var first = await _sink.Client.GetAsync("/api/devices?limit=1");
        var next = first.Headers.GetValues("Link").Single();
        Assert.Equal("</api/devices?limit=1&cursor=camera-1>; rel=\"next\"", next);
        using var second = await _sink.Client.GetAsync("/api/devices?limit=1&cursor=camera-1");
        Assert.False(second.Headers.Contains("Link"));
        Assert.Equal("[]", await second.Content.ReadAsStringAsync());
        foreach (var wrong in (string[])["limit=0", "limit=501", "cursor=A%00"])
            Assert.Equal(HttpStatusCode.BadRequest, (await _sink.Client.GetAsync($"/api/devices?{wrong}")).StatusCode);
    }

    [Fact]
    public async Task Earlier_ones_can_be_read_by_their_digest()
    {
        var all = await _sink.Client.GetFromJsonAsync<JsonElement>("/api/devices/camera-1/manifests");
        var old = await _sink.Client.GetByteArrayAsync($"/api/devices/camera-1/manifest?digest={Old.Digest}");

        Assert.Equal([InForce.Digest, Old.Digest], all.EnumerateArray().Select(one => one.GetProperty("digest").GetString()));
        Assert.Equal(Old.Payload.ToArray(), old);
    }

    [Theory]
    [InlineData("/api/devices/camera-9/manifest")]
    [InlineData("/api/devices/camera-9/manifest/envelope")]
    [InlineData("/api/devices/camera-9/manifests")]
    [InlineData("/api/devices/camera-1/manifest?digest=00")]
    [InlineData("/api/devices/%20/manifest")]
    public async Task What_never_came_is_a_problem_that_says_where_to_look(string path)
    {
        using var response = await _sink.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/api/devices", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_names_every_address()
    {
        var paths = (await _sink.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("paths");

        foreach (var path in (string[])["/api/devices", "/api/devices/{device}/manifest", "/api/devices/{device}/manifest/envelope", "/api/devices/{device}/manifests"])
            Assert.True(paths.TryGetProperty(path, out _), path);
    }

    [Fact]
    public async Task A_zone_leads_to_a_page_that_says_all_of_it_in_words()
    {
        Assert.Contains("href=\"/devices/camera-1\"", await _sink.Client.GetStringAsync("/devices"), StringComparison.Ordinal);
        var page = WebUtility.HtmlDecode(await _sink.Client.GetStringAsync("/devices/camera-1"));

        Assert.Contains(ManifestWords.Never, page, StringComparison.Ordinal);
        Assert.All(ManifestWords.Fields(PrivacyProfile.Standard), field => Assert.Contains(field.Precision, page, StringComparison.Ordinal));
        Assert.Contains("Released only if at least 30 tracks passed (1.5 for one person)", page, StringComparison.Ordinal);
        Assert.Contains(InForce.KeyId, page, StringComparison.Ordinal);
        Assert.Contains(Old.Digest, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _sink.Client.GetAsync("/devices/camera-9")).StatusCode);
    }

    private static SignedManifest Signed(string policy) => TestManifests.Sign(
        TestManifests.Covering("camera-1", RecordFixtures.LengthBytes, [RecordFixtures.Record() with { Policy = policy }]), TestManifests.KeyOf("camera-1"));
}
