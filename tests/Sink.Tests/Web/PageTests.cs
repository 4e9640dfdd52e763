using System.Net;
using System.Text;
using System.Xml.Linq;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Sink.Web;

namespace SocialCredit.Edge.Sink.Tests.Web;

public sealed class PageTests(PublicCity city) : IClassFixture<PublicCity>
{
    private HttpClient Client => city.Sink.Client;

    [Fact]
    public async Task Every_zone_stands_on_the_list_with_score_and_interval_and_leads_to_its_page()
    {
        var page = await ReadAsync("/");

        Assert.Equal(8, page.Split("<article ").Length - 1);
        Assert.Contains("href=\"/zones/plaza-edge\"", page, StringComparison.Ordinal);
        Assert.Contains("North crossing, Linden Square", page, StringComparison.Ordinal);
        Assert.Contains("Silent since 22 Nov, 07:00 UTC", page, StringComparison.Ordinal);
        Assert.Contains("Any one passage changes the odds", page, StringComparison.Ordinal);
        Assert.Contains("id=\"map\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_with_little_data_says_so_before_its_number()
    {
        var page = await ReadAsync("/");

        var card = page[page.IndexOf("id=\"zone-new-footbridge\"", StringComparison.Ordinal)..];
        var said = card.IndexOf("Too little data for a grade (no passages).", StringComparison.Ordinal);
        Assert.InRange(said, 0, card.IndexOf("class=\"value\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_simulated_stands_apart_and_says_so()
    {
        var page = await ReadAsync("/");

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
        Assert.Contains("Nobody has objected", await sink.Client.GetStringAsync("/contests"), StringComparison.Ordinal);
        Assert.Contains("No device has said anything", await sink.Client.GetStringAsync("/devices"), StringComparison.Ordinal);
        Assert.Contains("Nothing has happened yet", await sink.Client.GetStringAsync("/audit"), StringComparison.Ordinal);
        Assert.Contains("The operator of this sink alone decides", await sink.Client.GetStringAsync("/policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?site=plaza-7", "crossing-north plaza-edge")]
    [InlineData("?q=LINDEN", "crossing-north plaza-edge")]
    [InlineData("?q=underpass&site=plaza-7", "")]
    [InlineData("?behaviour=red_crossing&site=station", "station-underpass")]
    [InlineData("?behaviour=presence", "")]
    [InlineData("?grade=U&site=harbour", "new-footbridge")]
    [InlineData("?order=best&site=plaza-7", "plaza-edge crossing-north")]
    [InlineData("?order=worst&site=plaza-7", "crossing-north plaza-edge")]
    [InlineData("?grade=P", "crossing-north plaza-edge")]
    [InlineData("?grade=nonsense&order=7&page=-1&site=station", "station-underpass")]
    public async Task A_filter_shows_these_places_in_this_order(string query, string zones)
    {
        var page = await ReadAsync("/" + query);

        var shown = page.Split("<h3 id=\"zone-").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]);
        Assert.Equal(zones, string.Join(' ', shown));
    }

    [Fact]
    public async Task A_long_list_has_pages_that_keep_what_was_asked_for()
    {
        await using var sink = await ServedSink.StartAsync(store => store.Ingest([.. Enumerable.Range(0, 45).Select(i =>
            RecordFixtures.Incoming(RecordFixtures.Record() with { Zone = $"place-{i:00}", Sequence = (uint)i + 1 }))]));

        var second = await sink.Client.GetStringAsync("/?q=place&page=2");
        var last = await sink.Client.GetStringAsync("/?q=place&page=99");

        Assert.Contains("45 places", second, StringComparison.Ordinal);
        Assert.Contains("id=\"zone-place-20\"", second, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"zone-place-19\"", second, StringComparison.Ordinal);
        Assert.Contains("href=\"/?q=place&amp;page=3\"", second, StringComparison.Ordinal);
        Assert.Contains("Page 3 of 3", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_a_place_says_what_is_counted_what_is_not_seen_who_signed_and_how_to_object()
    {
        var page = WebUtility.HtmlDecode(await ReadAsync("/zones/crossing-north?since=2026-11-01"));

        Assert.Contains("What changed since 1 November 2026", page, StringComparison.Ordinal);
        Assert.Contains("What this camera counts", page, StringComparison.Ordinal);
        Assert.Contains("What it cannot see", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/policy\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/contests/new?zone=crossing-north\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/devices/camera-cro\"", page, StringComparison.Ordinal);
        Assert.Contains("epsilon", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_policy_shows_its_signatures_and_what_changed()
    {
        var current = WebUtility.HtmlDecode(await ReadAsync("/policy"));
        var next = WebUtility.HtmlDecode(await ReadAsync("/policy/p-2026.4"));

        Assert.Equal(3, current.Split("mark-good\">Signed<").Length - 1);
        Assert.Equal((1, 2), (next.Split("mark-good\">Signed<").Length - 1, next.Split(">Not signed<").Length - 1));
        Assert.Contains("What changed since p-2026.3", next, StringComparison.Ordinal);
        Assert.Contains(">12</del>", next, StringComparison.Ordinal);
        Assert.Contains(">10</ins>", next, StringComparison.Ordinal);
        Assert.Contains("Not in force", next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_camera_that_sees_fewer_than_before_says_so_on_the_dashboard_its_place_and_its_device()
    {
        var places = WebUtility.HtmlDecode(await ReadAsync("/?site=ring-east"));
        var place = WebUtility.HtmlDecode(await ReadAsync("/zones/school-street"));
        var devices = WebUtility.HtmlDecode(await ReadAsync("/devices"));
        var device = WebUtility.HtmlDecode(await ReadAsync("/devices/camera-sch"));

        Assert.Matches("(28|29|30|31|32) % fewer passages since 3 Nov<", places);
        Assert.Matches("Since 3 November this camera sees (28|29|30|31|32) % fewer passages than before: (28|29)[0-9] a window, not (41|42)[0-9].", place);
        Assert.Equal(2, devices.Split("Sees 1 place otherwise than before").Length);
        Assert.Contains("Since 3 November this camera sees", device, StringComparison.Ordinal);
        Assert.DoesNotContain("fewer passages", WebUtility.HtmlDecode(await ReadAsync("/zones/plaza-edge") + await ReadAsync("/devices/camera-cro")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_is_tried_says_of_each_place_what_it_would_change_and_is_never_a_score()
    {
        var current = WebUtility.HtmlDecode(await ReadAsync("/policy"));
        var next = WebUtility.HtmlDecode(await ReadAsync("/policy/p-2026.4"));
        var place = WebUtility.HtmlDecode(await ReadAsync("/zones/crossing-north"));

        Assert.Contains("href=\"/policy/p-2026.4\">p-2026.4</a>. ", current, StringComparison.Ordinal);
        Assert.Contains(" of 8 places would have another grade", current, StringComparison.Ordinal);
        Assert.Contains("Tried from 22 November 2026 to 20 December 2026", next, StringComparison.Ordinal);
        Assert.Contains("href=\"/zones/crossing-north\">North crossing, Linden Square</a>", next, StringComparison.Ordinal);
        Assert.Contains("Under a policy that is only tried, <a class=\"text-nowrap\" href=\"/policy/p-2026.4\"", place, StringComparison.Ordinal);
        Assert.DoesNotContain("What it would change", current, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_left_out_or_computed_anew_stands_on_the_place_with_its_reason_and_the_log_leads_there()
    {
        var place = WebUtility.HtmlDecode(await ReadAsync("/zones/station-underpass"));
        var audit = WebUtility.HtmlDecode(await ReadAsync("/audit"));

        Assert.Contains("Left out of the score: 29 Oct 2026 to 31 Oct 2026.", place, StringComparison.Ordinal);
        Assert.Contains("Counts of red crossing are multiplied by 1.03", place, StringComparison.Ordinal);
        Assert.Matches("21 Nov 2026 was made again from its records: 24 windows .18 released., [0-9]+ passages became 24 windows", place);
        Assert.Matches("The score of 21 Nov 2026 was computed anew; it moved by [0-9.]+ points", place);
        Assert.Contains("restated rows", place, StringComparison.Ordinal);
        var line = place[(place.IndexOf("/audit#line-", StringComparison.Ordinal) + "/audit#".Length)..];
        Assert.Contains($"id=\"{line[..line.IndexOf('"', StringComparison.Ordinal)]}\"", audit, StringComparison.Ordinal);
        Assert.Contains("href=\"/zones/station-underpass#anew\"", audit, StringComparison.Ordinal);
        Assert.Contains("href=\"/contests/3\"", audit, StringComparison.Ordinal);
        Assert.Contains("Nothing. Every day counts as its records came.", await ReadAsync("/zones/plaza-edge"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_page_is_small_has_neither_inline_script_nor_inline_style_and_its_files_stay_for_good()
    {
        foreach (var (_, path) in city.Pages)
        {
            using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
            var html = await answer.Content.ReadAsStringAsync();
            Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, 120_000);
            Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", html.Replace("https://places.example/", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            foreach (var file in html.Split('"').Where(part => part.Contains("?v=", StringComparison.Ordinal)).Distinct())
            {
                using var asset = await Client.GetAsync(new Uri(file, UriKind.Relative));
                Assert.Equal((file, "public, max-age=31536000, immutable"), (file, asset.Headers.CacheControl?.ToString()));
            }
        }
    }

    [Fact]
    public async Task The_map_gives_points_of_a_box_and_fields_where_there_are_many()
    {
        var all = await ReadAsync("/map.json");
        var box = await ReadAsync("/map.json?box=12.37,51.33,12.377,51.345");

        Assert.Equal(5, all.Split("\"zone\"").Length - 1);
        Assert.Equal(2, box.Split("\"zone\"").Length - 1);
        var many = MapFields.Of([.. Enumerable.Range(0, 5000).Select(i => new MapPoint($"zone-{i}", "", 51 + i % 70 / 1000.0, 12 + i / 70 / 1000.0, Grade.C, 50))], "11,50,13,52");
        Assert.InRange(many.Points.Count + many.Groups.Count, 200, 300);
        Assert.Equal(5000, many.Points.Count + many.Groups.Sum(group => group.Count));
        Assert.Single(MapFields.Of([new MapPoint("zone-1", "", 51, 12, Grade.C, 50)], "nonsense").Points);
    }

    [Fact]
    public async Task The_code_of_the_sign_is_a_drawing_of_the_configured_address()
    {
        var sign = await ReadAsync("/zones/crossing-north/sign");
        var code = XDocument.Parse(await ReadAsync("/zones/crossing-north/code.svg"));

        Assert.Contains("https://places.example/zones/crossing-north", sign, StringComparison.Ordinal);
        Assert.Equal("svg", code.Root!.Name.LocalName);
        Assert.NotEqual(code.ToString(), await ReadAsync("/zones/plaza-edge/code.svg"));
    }

    [Fact]
    public async Task What_is_not_there_is_said_on_a_page()
    {
        foreach (var path in new[] { "/zones/nowhere", "/devices/nobody", "/policy/p-1", "/contests/77", "/contests/AAAA-BBBB-CCCC-DDDD", "/contests/new?zone=nowhere" })
        {
            using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
            Assert.Contains("There is no such page", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private Task<string> ReadAsync(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative));
}
