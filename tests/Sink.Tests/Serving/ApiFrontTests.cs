using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>What holds for every answer of the API, whatever is asked.</summary>
public sealed class ApiFrontTests(ServedCity city) : IClassFixture<ServedCity>
{
    private readonly ServedSink _sink = city.Sink;

    [Theory]
    [InlineData("/api/zones")]
    [InlineData("/api/zones/plaza-edge/score")]
    [InlineData("/api/policy")]
    [InlineData("/api/rows/2026-W47.parquet")]
    [InlineData("/sta/v1.1/Things")]
    [InlineData("/openapi/v1.json")]
    public async Task Who_has_the_newest_answer_is_not_sent_it_again(string path)
    {
        using var first = await _sink.Client.GetAsync(path);
        var tag = first.Headers.ETag!;
        using var again = await SendAsync(HttpMethod.Get, path, request => request.Headers.IfNoneMatch.Add(tag));
        using var other = await SendAsync(HttpMethod.Get, path, request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\"")));

        Assert.False(tag.IsWeak);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(tag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Each_encoding_has_a_tag_of_its_own_and_says_the_same()
    {
        using var plain = await _sink.Client.GetAsync("/api/zones/plaza-edge/trend");
        using var zipped = await SendAsync(HttpMethod.Get, "/api/zones/plaza-edge/trend", request => request.Headers.AcceptEncoding.ParseAdd("gzip"));
        using var brotli = await SendAsync(HttpMethod.Get, "/api/zones/plaza-edge/trend", request => request.Headers.AcceptEncoding.ParseAdd("br"));

        Assert.Equal(3, new[] { plain, zipped, brotli }.Select(response => response.Headers.ETag!.Tag).Distinct().Count());
        await using var inner = new GZipStream(await zipped.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(inner, Encoding.UTF8);
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await reader.ReadToEndAsync());
        Assert.Equal("br", brotli.Content.Headers.ContentEncoding.Single());
        Assert.Contains("Accept-Encoding", zipped.Headers.Vary);
    }

    [Theory]
    [InlineData("/api/zones", HttpStatusCode.OK)]
    [InlineData("/api/rows/2026-W47.csv", HttpStatusCode.OK)]
    [InlineData("/api/zones/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/api/live", HttpStatusCode.MethodNotAllowed)]
    public async Task Head_is_get_without_its_body(string path, HttpStatusCode status)
    {
        using var head = await SendAsync(HttpMethod.Head, path);

        Assert.Equal(status, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        if (path == "/api/zones")
        {
            using var get = await _sink.Client.GetAsync(path);
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
            Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
        }
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("PUT", "/api/zones", 405)]
    [InlineData("DELETE", "/api/policy", 405)]
    [InlineData("POST", "/api/contests", 415)]
    [InlineData("GET", "/api/zones/plaza-edge/rows.csv", 406)]
    [InlineData("GET", "/api/operator/policies", 404)]
    public async Task Every_fault_is_a_problem_that_says_what_to_do(string method, string path, int status)
    {
        using var response = await SendAsync(new HttpMethod(method), path, request =>
        {
            if (status == 406)
                request.Headers.Accept.ParseAdd("image/png");
            if (status == 415)
                request.Content = new StringContent("zone=plaza-edge", Encoding.UTF8, "application/x-www-form-urlencoded");
        });

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task All_bad_parameters_are_named_at_once()
    {
        using var response = await _sink.Client.GetAsync("/api/zones?limit=501&sort=size&grade=Z&site=No!&cursor=%20&behaviour=sleeping");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            ["behaviour", "cursor", "grade", "limit", "site", "sort"],
            problem.RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Fact]
    public async Task Pages_of_any_origin_may_read_and_none_may_write()
    {
        using var read = await SendAsync(HttpMethod.Get, "/api/zones", request => request.Headers.Add("Origin", "https://example.org"));
        using var asked = await SendAsync(HttpMethod.Options, "/api/contests", request =>
        {
            request.Headers.Add("Origin", "https://example.org");
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "content-type");
        });

        Assert.Equal("*", read.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(read.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.DoesNotContain("POST", asked.Headers.TryGetValues("Access-Control-Allow-Methods", out var methods) ? string.Join(',', methods) : "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zone")]
    [InlineData("score")]
    [InlineData("-score")]
    public async Task Pages_one_after_the_other_give_every_zone_once_in_order(string sort)
    {
        var whole = await ZonesAsync($"/api/zones?sort={sort}&limit=500");
        var paged = new List<string>();
        var sizes = new List<int>();
        for (var next = $"/api/zones?sort={sort}&limit=3"; next is not null;)
        {
            using var response = await _sink.Client.GetAsync(next);
            var page = await ZonesOfAsync(response);
            paged.AddRange(page);
            sizes.Add(page.Count);
            next = response.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(8, whole.Count);
        Assert.Equal(whole, paged);
        Assert.Equal([3, 3, 2], sizes);
    }

    [Theory]
    [InlineData("site=plaza-7", new[] { "crossing-north", "plaza-edge" })]
    [InlineData("text=LINDEN", new[] { "crossing-north" })]
    [InlineData("text=gate", new[] { "simulated-bus-gate", "simulated-park-gate" })]
    [InlineData("behaviour=wrong_way", new string[0])]
    [InlineData("text=%25", new string[0])]
    public async Task A_list_is_narrowed_by_what_is_asked(string query, string[] expected) =>
        Assert.Equal(expected, await ZonesAsync($"/api/zones?{query}"));

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_others_are_not_hindered()
    {
        await using var sink = await ServedSink.StartAsync(_ => { }, options: new SinkOptions { Policy = "policy.yaml", Http = new HttpOptions { ReadsPerSecond = 1, Proxy = "127.0.0.1" } });
        async Task<HttpResponseMessage> FromAsync(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/audit/head");
            request.Headers.Add("X-Forwarded-For", address);
            return await sink.Client.SendAsync(request);
        }

        var allowed = 0;
        HttpResponseMessage last;
        while ((last = await FromAsync("2001:db8::1")).StatusCode == HttpStatusCode.OK && allowed < 1000)
            allowed++;
        using var neighbour = await FromAsync("2001:db8::2");
        using var other = await FromAsync("192.0.2.7");

        Assert.Equal(HttpStatusCode.TooManyRequests, last.StatusCode);
        Assert.InRange(allowed, 20, 60);
        Assert.NotNull(last.Headers.RetryAfter);
        Assert.Equal("application/problem+json", last.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.TooManyRequests, neighbour.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("2026-W53", "2026-12-28")]
    [InlineData("2026-W01", "2025-12-29")]
    [InlineData("2027-W53", null)]
    [InlineData("2026-W00", null)]
    [InlineData("2026-47", null)]
    [InlineData("2026-W+1", null)]
    public void A_week_is_of_the_calendar_or_none(string week, string? monday) =>
        Assert.Equal(monday, WeeklyFiles.MondayOf(week)?.ToString("yyyy-MM-dd"));

    private async Task<List<string>> ZonesAsync(string path)
    {
        using var response = await _sink.Client.GetAsync(path);
        return await ZonesOfAsync(response);
    }

    private static async Task<List<string>> ZonesOfAsync(HttpResponseMessage response)
    {
        using var zones = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. zones.RootElement.EnumerateArray().Select(zone => zone.GetProperty("zone").GetString()!)];
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(method, path);
        with?.Invoke(request);
        return await _sink.Client.SendAsync(request);
    }
}
