using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Web;

public sealed class DashboardTests(ServedCity city) : IClassFixture<ServedCity>
{
    private const string Hostile = "<script>alert(1)</script>\" onload=\"x";

    [Fact]
    public async Task Every_zone_stands_on_the_page_with_score_interval_and_explanation()
    {
        var page = await city.Sink.Client.GetStringAsync("/");

        Assert.Equal(8, page.Split("<article ").Length - 1);
        Assert.Contains("North crossing, Linden Square", page, StringComparison.Ordinal);
        Assert.Contains("per 1,000 passages, reference 4.0", page, StringComparison.Ordinal);
        Assert.Contains("of the windows were released", page, StringComparison.Ordinal);
        Assert.Contains("Silent since 22 Nov, 07:00 UTC", page, StringComparison.Ordinal);
        Assert.Contains("Any one passage changes the odds", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/api/zones/plaza-edge/rows.csv\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_with_little_data_says_so_before_its_number()
    {
        var page = await city.Sink.Client.GetStringAsync("/");

        var card = page[page.IndexOf("id=\"zone-new-footbridge\"", StringComparison.Ordinal)..];
        var said = card.IndexOf("Too little data for a grade (no passages).", StringComparison.Ordinal);
        Assert.InRange(said, 0, card.IndexOf("class=\"number\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_simulated_stands_apart_and_says_so()
    {
        var page = await city.Sink.Client.GetStringAsync("/");

        var simulated = page.IndexOf("Simulated city", StringComparison.Ordinal);
        Assert.True(page.IndexOf("id=\"zone-plaza-edge\"", StringComparison.Ordinal) < simulated);
        Assert.True(page.IndexOf("id=\"zone-simulated-bus-gate\"", StringComparison.Ordinal) > simulated);
        Assert.Equal(2, page.Split("mark-simulated").Length - 1);
    }

    [Fact]
    public async Task An_empty_sink_says_what_will_come()
    {
        await using var sink = await ServedSink.StartAsync(_ => { });

        Assert.Contains("Nothing measured yet", await sink.Client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_stay_text()
    {
        var options = new SinkOptions
        {
            Policy = "policy.yaml",
            Zones = new Dictionary<string, ZoneEntry> { ["crossing-north"] = new() { Device = "camera-1", Title = Hostile, Place = Hostile } },
        };
        var policy = TestCity.Policy with
        {
            Id = Hostile,
            Behaviours = new OrderedDictionary<string, Contract.PolicyBehaviour>
            {
                [Hostile] = new() { Sign = Contract.PolicySign.Bad, Weight = 1, Reference = 1, Definition = Hostile },
                ["red_crossing"] = new() { Sign = Contract.PolicySign.Bad, Weight = 1, Reference = 1, Definition = Hostile },
            },
        };
        await using var sink = await ServedSink.StartAsync(
            store => store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]), policy, options);

        var page = await sink.Client.GetStringAsync("/");

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\" onload=", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_small_and_has_neither_script_nor_inline_style()
    {
        var page = await city.Sink.Client.GetByteArrayAsync("/");
        var style = await city.Sink.Client.GetByteArrayAsync("/site.css");
        var html = System.Text.Encoding.UTF8.GetString(page);

        Assert.InRange(page.Length + style.Length, 1, 100_000);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }
}
