using Microsoft.Playwright;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>A page that somebody leaves open says what is true now.</summary>
[Collection(nameof(CityBrowser))]
public sealed class LivePageTests(CityBrowser browser)
{
    private const string Newest = "[data-part=rests] dd >> nth=3";

    [Fact]
    public async Task The_page_of_a_place_shows_a_record_as_soon_as_it_is_committed_and_leaves_the_form_alone()
    {
        await using var sink = await ServedSink.StartAsync(FillOne);
        await using var visit = await browser.VisitAsync(address: sink.Address);
        var heard = visit.Page.WaitForResponseAsync("**/api/live?zone=crossing-north");
        await visit.GoAsync("/zones/crossing-north");
        Assert.Equal(200, (await heard).Status);
        await visit.Page.EvaluateAsync("document.body.dataset.same = 'yes'");
        await visit.Page.Locator("#since").FillAsync("2026-11-21");
        await Assertions.Expect(visit.Page.Locator(Newest)).ToContainTextAsync("13:00");

        sink.Store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record(hour: 1, sequence: 2))]);
        await SeenAsync(sink, visit.Page, "14:00");

        Assert.Equal("2026-11-21", await visit.Page.Locator("#since").InputValueAsync());
        Assert.Equal("yes", await visit.Page.EvaluateAsync<string>("document.body.dataset.same"));
        Assert.Empty(visit.Spoken);
    }

    [Fact]
    public async Task Where_nobody_more_can_listen_the_page_looks_again_every_half_minute()
    {
        await using var sink = await ServedSink.StartAsync(FillOne, options: PublicCity.Options with { Http = new HttpOptions { LiveClients = 0 } });
        await using var visit = await browser.VisitAsync(address: sink.Address);
        await visit.Page.Clock.InstallAsync();
        var refused = visit.Page.WaitForResponseAsync("**/api/live?zone=crossing-north");
        await visit.GoAsync("/zones/crossing-north");
        Assert.Equal(503, (await refused).Status);

        sink.Store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record(hour: 1, sequence: 2))]);
        await visit.Page.Clock.FastForwardAsync("00:31");

        await Assertions.Expect(visit.Page.Locator(Newest)).ToContainTextAsync("14:00");
    }

    private static void FillOne(IEventStore store) =>
        store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]);

    // The sink looks for news once a second of its own time, which stands still here.
    private static async Task SeenAsync(ServedSink sink, IPage page, string text)
    {
        const int looksMax = 200;
        for (var look = 0; look < looksMax && !(await page.Locator(Newest).InnerTextAsync()).Contains(text, StringComparison.Ordinal); look++)
        {
            sink.Time.Advance(TimeSpan.FromSeconds(1));
            await page.EvaluateAsync("new Promise(done => setTimeout(done, 50))");
        }

        await Assertions.Expect(page.Locator(Newest)).ToContainTextAsync(text);
    }
}
