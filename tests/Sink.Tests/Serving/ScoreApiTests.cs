using System.Net;
using System.Text.Json;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Tests.Serving;

public sealed class ScoreApiTests(ServedCity city) : IClassFixture<ServedCity>
{
    private readonly ServedSink _sink = city.Sink;

    [Fact]
    public async Task Every_zone_is_listed_with_its_score()
    {
        var zones = await JsonAsync("/api/zones");

        Assert.Equal(8, zones.GetArrayLength());
        Assert.Equal("crossing-north", zones[0].GetProperty("zone").GetString());
        Assert.Contains(zones[0].GetProperty("grade").GetString(), Enum.GetNames<Grade>());
        Assert.False(zones[0].GetProperty("simulated").GetBoolean());
        Assert.True(zones[6].GetProperty("simulated").GetBoolean());
    }

    [Fact]
    public async Task A_zone_says_what_it_is_measured_for_and_how_it_is_watched()
    {
        var zone = await JsonAsync("/api/zones/school-street");

        Assert.True(zone.GetProperty("silent").GetBoolean());
        Assert.Equal("ok", zone.GetProperty("lastStatus").GetString());
        Assert.Equal(3600, zone.GetProperty("windowSeconds").GetInt32());
        Assert.InRange(zone.GetProperty("coverage").GetDouble(), 0.9, 1);
        Assert.Equal(4, zone.GetProperty("measures").GetArrayLength());
        Assert.Equal("bad", zone.GetProperty("measures")[0].GetProperty("sign").GetString());
    }

    [Fact]
    public async Task The_score_can_be_recomputed_bit_by_bit_from_the_rows_that_are_served()
    {
        var score = await JsonAsync("/api/zones/station-underpass/score?asOf=2026-11-20");
        var rows = RowsCsvReader.Read("rows.csv", new StringReader(await _sink.Client.GetStringAsync("/api/zones/station-underpass/rows.csv")));

        var again = new ScoreCalculator(TestCity.Policy, Calibration.None)
            .Compute("station-underpass", rows.Zones["station-underpass"], new DateOnly(2026, 11, 20));

        Assert.Empty(rows.Faults);
        Assert.Equal(again.Score, score.GetProperty("score").GetDouble());
        Assert.Equal(again.HalfWidth, score.GetProperty("halfWidth").GetDouble());
        Assert.Equal(again.Grade.ToString(), score.GetProperty("grade").GetString());
        Assert.Equal(Explanation.Sentence(again), score.GetProperty("explanation").GetString());
    }

    [Fact]
    public async Task A_trend_ends_today_and_has_the_days_asked_for()
    {
        var usual = await JsonAsync("/api/zones/plaza-edge/trend");
        var week = await JsonAsync("/api/zones/plaza-edge/trend?days=7");

        Assert.Equal(28, usual.GetArrayLength());
        Assert.Equal(7, week.GetArrayLength());
        Assert.Equal("2026-11-22", week[6].GetProperty("date").GetString());
        Assert.Equal(usual[27].ToString(), week[6].ToString());
    }

    [Fact]
    public async Task The_policy_is_served_byte_by_byte() =>
        Assert.Equal(ServedSink.PolicyBytes, await _sink.Client.GetStringAsync("/api/policy"));

    [Fact]
    public async Task Health_counts_the_zones_that_are_silent()
    {
        var health = await JsonAsync("/api/health");

        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal(8, health.GetProperty("zones").GetInt32());
        Assert.Equal(1, health.GetProperty("zonesSilent").GetInt32());
    }

    [Theory]
    [InlineData("/api/zones/nowhere", 404, "Unknown zone")]
    [InlineData("/api/zones/nowhere/score", 404, "Unknown zone")]
    [InlineData("/api/zones/nowhere/trend", 404, "Unknown zone")]
    [InlineData("/api/zones/nowhere/rows.csv", 404, "Unknown zone")]
    [InlineData("/api/zones/nowhere/rows.parquet", 404, "Unknown zone")]
    [InlineData("/api/zones/nowhere/register", 404, "Unknown zone")]
    [InlineData("/api/contests/4711", 404, "Unknown contest")]
    [InlineData("/api/policies/p-0", 404, "Unknown policy")]
    [InlineData("/api/zones/plaza-edge/score?asOf=22.11.2026", 400, "Bad parameters")]
    [InlineData("/api/zones?text=a%00b", 400, "Bad parameters")]
    [InlineData("/api/zones/plaza-edge/score?asOf=0001-01-01", 400, "Bad parameters")]
    [InlineData("/api/zones/plaza-edge/trend?days=0", 400, "Bad parameters")]
    [InlineData("/api/zones/plaza-edge/trend?days=x", 400, "Bad parameters")]
    [InlineData("/api/nothing", 404, "Not Found")]
    public async Task A_fault_is_a_problem_in_json(string path, int status, string title)
    {
        using var response = await _sink.Client.GetAsync(path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(title, problem.RootElement.GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Nothing_can_be_written(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/zones/plaza-edge/score");
        using var response = await _sink.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task No_other_origin_may_read_and_nothing_foreign_may_be_loaded()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Origin", "https://example.org");
        using var response = await _sink.Client.SendAsync(request);

        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
    }

    private async Task<JsonElement> JsonAsync(string path)
    {
        using var document = JsonDocument.Parse(await _sink.Client.GetStringAsync(path));
        return document.RootElement.Clone();
    }
}
