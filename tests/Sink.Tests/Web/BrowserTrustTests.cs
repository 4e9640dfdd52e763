using Microsoft.Playwright;
using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>What a page must not do, whoever writes its texts and wherever its map comes from.</summary>
[Collection(nameof(CityBrowser))]
public sealed class BrowserTrustTests(CityBrowser browser)
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(1)</script>\" onload=\"alert(1)";

    // One grey pixel.
    private static readonly byte[] Tile = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_tiles_that_are_configured_come_from_elsewhere_and_without_them_the_plan_stays(bool isThere)
    {
        await using var sink = await ServedSink.StartAsync(
            TestCity.Fill, options: PublicCity.Options with { Web = new WebOptions { Tiles = "https://tiles.example/{z}/{x}/{y}.png" } });
        await using var visit = await browser.VisitAsync(address: sink.Address);
        await visit.Page.RouteAsync("https://tiles.example/**", route => isThere
            ? route.FulfillAsync(new RouteFulfillOptions { BodyBytes = Tile, ContentType = "image/png" })
            : route.AbortAsync());

        await visit.GoAsync("/");

        await Assertions.Expect(visit.Page.Locator(".leaflet-marker-icon")).ToHaveCountAsync(5);
        await Assertions.Expect(visit.Page.Locator(".grid-tile").First).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Visible = !isThere });
        Assert.Contains("tiles.example", await visit.Page.Locator(".foot").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal([sink.Address.Host, "tiles.example"], visit.Asked.Select(uri => uri.Host).Distinct().Order());
        Assert.DoesNotContain(visit.Spoken, text => text.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hostile_names_stay_text_on_every_page_and_on_the_map()
    {
        var options = new SinkOptions
        {
            Policy = "policy.yaml",
            Zones = new Dictionary<string, ZoneEntry>
            {
                ["crossing-north"] = new() { Device = "camera-1", Title = Hostile, Place = Hostile, Latitude = 51.3, Longitude = 12.4 },
            },
        };
        var policy = TestCity.Policy with
        {
            Id = Hostile,
            Behaviours = new OrderedDictionary<string, Contract.PolicyBehaviour>
            {
                [Hostile] = new() { Sign = Contract.PolicySign.Bad, Weight = 1, Reference = 1, Definition = Hostile, Source = Hostile },
                ["red_crossing"] = new() { Sign = Contract.PolicySign.Bad, Weight = 1, Reference = 1, Definition = Hostile },
            },
        };
        await using var sink = await ServedSink.StartAsync(store => store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]), policy, options);
        await using var visit = await browser.VisitAsync(address: sink.Address);
        var dialogs = 0;
        visit.Page.Dialog += (_, dialog) =>
        {
            dialogs++;
            _ = dialog.DismissAsync();
        };

        string[] pages = ["/?q=%3Cscript%3Ealert(1)%3C/script%3E", "/", "/zones/crossing-north", "/zones/crossing-north/sign", "/compare?a=crossing-north&b=%22%3E%3Cscript%3E", "/policy", "/contests/new?zone=crossing-north"];
        foreach (var path in pages)
        {
            await visit.GoAsync(path);
            var added = await visit.Page.EvaluateAsync<int>("document.querySelectorAll('img[src=x], script:not([src]), [onload], [onerror]').length");
            Assert.Equal((path, 0), (path, added));
        }

        await visit.GoAsync("/");
        await visit.Page.Locator(".leaflet-marker-icon").HoverAsync();
        await Assertions.Expect(visit.Page.Locator(".leaflet-tooltip")).ToContainTextAsync("<script>alert(1)");
        Assert.Equal(0, dialogs);
        Assert.Empty(visit.Spoken);
    }
}
