using System.Text.Json;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>What anyone reads to compute scores again, and what is computed beside the score.</summary>
public sealed class WeeklyApiTests(ServedCity city) : IClassFixture<ServedCity>
{
    private readonly HttpClient _client = city.Sink.Client;

    [Fact]
    public async Task The_weeks_of_all_rows_are_named_and_each_holds_every_zone()
    {
        var weeks = await JsonAsync("/api/weeks");
        Assert.Equal(["2026-W41", "2026-W42", "2026-W43", "2026-W44", "2026-W45", "2026-W46", "2026-W47"], weeks.EnumerateArray().Select(week => week.GetString()));

        var rows = RowsCsvReader.Read("rows.csv", new StringReader(await _client.GetStringAsync("/api/rows/2026-W47.csv")));

        Assert.Empty(rows.Faults);
        Assert.Equal(8, rows.Zones.Count);
        Assert.Equal(7, rows.Zones["crossing-north"].Count);
        Assert.Equal(new DateOnly(2026, 11, 16), rows.Zones["crossing-north"][0].Date);
    }

    [Fact]
    public async Task The_published_scores_of_a_week_go_on_after_a_zone()
    {
        var all = await ScoresAsync("/api/scores/2026-W47.csv");
        var rest = await ScoresAsync("/api/scores/2026-W47.csv?after=plaza-edge");

        Assert.Equal(8, all.Count);
        Assert.All(all, score => Assert.Equal((new DateOnly(2026, 11, 21), 1), (score.Date, score.Revision)));
        Assert.Equal(all.Where(score => string.CompareOrdinal(score.Zone, "plaza-edge") > 0).Select(score => score.Zone), rest.Select(score => score.Zone));
    }

    [Theory]
    [InlineData("/api/rows/2026-W54.csv")]
    [InlineData("/api/rows/2026-47.csv")]
    [InlineData("/api/scores/2026-W1.csv")]
    [InlineData("/api/scores/2026-W47.csv?after=a;b")]
    public async Task A_week_or_a_place_that_is_none_is_a_problem(string path)
    {
        using var response = await _client.GetAsync(path);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Revisions_alarms_and_would_be_scores_are_there_for_anyone()
    {
        var revisions = await JsonAsync("/api/zones/crossing-north/revisions");
        Assert.Equal("first", Assert.Single(revisions.EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Array, (await JsonAsync("/api/zones/crossing-north/drift")).GetProperty("alarms").ValueKind);
        Assert.Empty((await JsonAsync("/api/zones/crossing-north/shadow")).EnumerateArray());
        using var unknown = await _client.GetAsync("/api/zones/nowhere/drift");
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Theory]
    [InlineData("id: p-2026.4", null)]
    [InlineData("id: p-2026.3", "policies.shadow: Two of the policies are called p-2026.3.")]
    [InlineData("id: p 4", "next.yaml:1: id: This is no version.")]
    public void Shadows_are_named_in_the_configuration_and_each_has_an_id_of_its_own(string id, string? fault)
    {
        var folder = TestPaths.NewFolder();
        File.WriteAllText(Path.Combine(folder, "policy.yaml"), RunningSink.Policy);
        File.WriteAllText(Path.Combine(folder, "next.yaml"), RunningSink.Policy.Replace("id: p-2026.3", id, StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "sink.yaml"), "policy: policy.yaml\npolicies: {shadow: [next.yaml]}\n");

        var (configuration, faults) = SinkConfiguration.Read(Path.Combine(folder, "sink.yaml"));

        if (fault is null)
            Assert.Equal("p-2026.4", Assert.Single(configuration!.Shadows).Policy.Id);
        else
            Assert.Contains(fault, Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    private async Task<List<SocialCredit.Edge.Sink.Scoring.PublishedScore>> ScoresAsync(string path)
    {
        var wanted = new ScoresWanted("p-2026.3");
        var zones = ScoresCsv.ReadByZone("s", new StringReader(await _client.GetStringAsync(path)), wanted).SelectMany(zone => zone.Scores).ToList();
        Assert.Empty(wanted.Faults);
        return zones;
    }

    private async Task<JsonElement> JsonAsync(string path)
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(path));
        return document.RootElement.Clone();
    }
}
