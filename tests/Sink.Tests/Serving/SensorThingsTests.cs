using System.Net;
using System.Text.Json;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>The scores as SensorThings: what is there follows its own links, and what is not done is refused.</summary>
public sealed class SensorThingsTests(ServedCity city) : IClassFixture<ServedCity>
{
    private readonly ServedSink _sink = city.Sink;

    [Fact]
    public async Task Every_link_that_is_given_leads_somewhere()
    {
        var (seen, waiting) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>(["/sta/v1.1"]));
        while (waiting.TryDequeue(out var address))
        {
            if (!seen.Add(address) || seen.Count > 60)
                continue;
            using var response = await _sink.Client.GetAsync(address);
            Assert.True(response.StatusCode == HttpStatusCode.OK, address);
            using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            foreach (var link in LinksIn(body.RootElement))
                waiting.Enqueue(link);
        }

        Assert.True(seen.Count > 30, $"{seen.Count}");
    }

    [Fact]
    public async Task A_behaviour_that_was_never_measured_there_has_no_observations()
    {
        await using var sink = await ServedSink.StartAsync(store => store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record(hour: -2))]));

        using var none = JsonDocument.Parse(await sink.Client.GetStringAsync("/sta/v1.1/Datastreams('crossing-north:littering')/Observations"));
        using var some = JsonDocument.Parse(await sink.Client.GetStringAsync("/sta/v1.1/Datastreams('crossing-north:red_crossing')/Observations"));

        Assert.Equal((0, 1), (none.RootElement.GetProperty("value").GetArrayLength(), some.RootElement.GetProperty("value").GetArrayLength()));
    }

    [Fact]
    public async Task An_observation_of_a_day_is_its_score_and_a_behaviour_its_points()
    {
        var score = await JsonAsync("/api/zones/plaza-edge/score?asOf=2026-11-20");
        const string filter = "?$filter=phenomenonTime ge 2026-11-20T00:00:00Z and phenomenonTime lt 2026-11-21T00:00:00Z";
        var day = (await JsonAsync($"/sta/v1.1/Datastreams('plaza-edge:score')/Observations{filter}")).GetProperty("value").EnumerateArray().Single();
        var points = (await JsonAsync($"/sta/v1.1/Datastreams('plaza-edge:red_crossing')/Observations{filter}")).GetProperty("value").EnumerateArray().Single();

        Assert.Equal(score.GetProperty("score").GetDouble(), day.GetProperty("result").GetDouble());
        Assert.Equal(score.GetProperty("grade").GetString(), day.GetProperty("parameters").GetProperty("grade").GetString());
        Assert.Equal("2026-11-20T00:00:00Z/2026-11-21T00:00:00Z", day.GetProperty("phenomenonTime").GetString());
        Assert.Equal(
            score.GetProperty("behaviours").EnumerateArray().Single(one => one.GetProperty("behaviour").GetString() == "red_crossing").GetProperty("points").GetDouble(),
            points.GetProperty("result").GetDouble());
    }

    [Fact]
    public async Task Pages_by_their_next_links_give_each_entity_once()
    {
        var names = new List<string>();
        for (var next = "/sta/v1.1/Datastreams?$top=7&$count=true"; next is not null;)
        {
            var page = await JsonAsync(next);
            Assert.Equal(40, page.GetProperty("@iot.count").GetInt32());
            names.AddRange(page.GetProperty("value").EnumerateArray().Select(one => one.GetProperty("@iot.id").GetString()!));
            next = page.TryGetProperty("@iot.nextLink", out var link) ? link.GetString() : null;
        }

        Assert.Equal(40, names.Count);
        Assert.Equal(40, names.Distinct().Count());
        Assert.Equal(["plaza-7"], (await JsonAsync("/sta/v1.1/Things?$filter=name eq 'plaza-7'")).GetProperty("value").EnumerateArray().Select(one => one.GetProperty("@iot.id").GetString()));
        Assert.Equal(10, (await JsonAsync("/sta/v1.1/Things('plaza-7')/Datastreams")).GetProperty("value").GetArrayLength());
    }

    [Theory]
    [InlineData("/sta/v1.1/Things?$expand=Datastreams", "$expand")]
    [InlineData("/sta/v1.1/Things?$orderby=name", "$orderby")]
    [InlineData("/sta/v1.1/Things?$top=501", "$top")]
    [InlineData("/sta/v1.1/Things?$filter=name eq 'a' or name eq 'b'", "$filter")]
    [InlineData("/sta/v1.1/Things?$filter=startswith(name,'p')", "$filter")]
    [InlineData("/sta/v1.1/Datastreams('plaza-edge:score')/Observations?$filter=result gt many", "$filter")]
    public async Task An_option_that_is_not_done_is_refused_instead_of_passed_over(string address, string option)
    {
        using var response = await _sink.Client.GetAsync(address);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal([option], problem.RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("/sta/v1.1/Things('nowhere')")]
    [InlineData("/sta/v1.1/Things('nowhere')/Datastreams")]
    [InlineData("/sta/v1.1/Datastreams('plaza-edge:sleeping')/Observations")]
    public async Task What_is_not_there_is_not_found(string address) =>
        Assert.Equal(HttpStatusCode.NotFound, (await _sink.Client.GetAsync(address)).StatusCode);

    private static IEnumerable<string> LinksIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(one =>
            one.Name is "url" || one.Name.EndsWith("Link", StringComparison.Ordinal) ? [one.Value.GetString()!] : LinksIn(one.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(LinksIn),
        _ => [],
    };

    private async Task<JsonElement> JsonAsync(string address) => JsonDocument.Parse(await _sink.Client.GetStringAsync(address)).RootElement;
}
