using Microsoft.Playwright;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>The pages as somebody sees them.</summary>
[Collection(nameof(CityBrowser))]
public sealed class BrowserTests(CityBrowser browser, ITestOutputHelper output)
{
    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task Every_page_fits_its_screen_bars_nobody_says_nothing_on_the_console_and_asks_no_other_host(int width, ColorScheme scheme)
    {
        // Light on a phone and dark on a desk are judged: both widths and both colours, in half of the time. The other width is held to fit besides.
        await using var visit = await browser.VisitAsync(width, scheme);
        var (wide, barriers) = (new List<string>(), new List<string>());
        foreach (var (name, path) in browser.City.Pages)
        {
            await visit.GoAsync(path);
            if (path == "/")
                await Assertions.Expect(visit.Page.Locator(".leaflet-marker-icon")).ToHaveCountAsync(5);
            barriers.AddRange(await visit.BarriersAsync());
            await browser.ShootAsync(visit.Page, $"{name}-{width}-{scheme}".ToLowerInvariant());
            foreach (var shown in new[] { width, 360 + 1280 - width })
            {
                await visit.Page.SetViewportSizeAsync(shown, 800);
                if (await visit.OverflowAsync() is var overflow and > 0)
                    wide.Add($"{path} at {shown} px: {overflow} px");
            }

            await browser.ShootAsync(visit.Page, $"{name}-{360 + 1280 - width}-{scheme}".ToLowerInvariant());
            await visit.Page.SetViewportSizeAsync(width, 800);
        }

        // The browser itself says that one page was not found.
        visit.Spoken.RemoveAll(text => text.Contains("/zones/nowhere", StringComparison.Ordinal) && text.Contains("404", StringComparison.Ordinal));
        output.WriteLine($"{browser.City.Pages.Count()} pages at {width} px, {scheme}: {wide.Count} too wide, {barriers.Count} barriers, {visit.Spoken.Count} lines on the console, {visit.Asked.Count} requests");
        Assert.Empty(barriers);
        Assert.Empty(wide);
        Assert.Empty(visit.Spoken);
        Assert.All(visit.Asked, uri => Assert.Equal(browser.Address.Authority, uri.Authority));
    }

    [Fact]
    public async Task With_the_keyboard_alone_one_finds_a_place_on_the_list_and_on_the_map()
    {
        await using var visit = await browser.VisitAsync();
        var page = visit.Page;
        await visit.GoAsync("/");
        await Assertions.Expect(page.Locator(".leaflet-marker-icon")).ToHaveCountAsync(5);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await FocusedAsync(page));
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "North crossing, Linden Square: grade");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/zones/crossing-north");

        await page.GoBackAsync();
        await page.Locator("#q").FocusAsync();
        await page.Keyboard.TypeAsync("underpass");
        await Assertions.Expect(page.Locator("#found")).ToHaveTextAsync("1 place");
        await TabToAsync(page, "Station underpass");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/zones/station-underpass");

        Assert.Empty(visit.Spoken);
    }

    [Fact]
    public async Task A_filter_changes_list_and_map_without_a_reload_and_stands_in_the_address()
    {
        await using var visit = await browser.VisitAsync();
        var page = visit.Page;
        await visit.GoAsync("/");
        await page.EvaluateAsync("document.body.dataset.same = 'yes'");
        await Assertions.Expect(page.Locator(".leaflet-marker-icon")).ToHaveCountAsync(5);

        await page.Locator("#site").SelectOptionAsync("plaza-7");

        await Assertions.Expect(page.Locator("#found")).ToHaveTextAsync("2 places");
        await Assertions.Expect(page.Locator(".leaflet-marker-icon")).ToHaveCountAsync(2);
        Assert.Equal("yes", await page.EvaluateAsync<string>("document.body.dataset.same"));
        Assert.EndsWith("/?site=plaza-7", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_script_the_plan_the_filter_and_the_form_work_all_the_same()
    {
        await using var visit = await browser.VisitAsync(hasScript: false);
        var page = visit.Page;
        await visit.GoAsync("/");
        await Assertions.Expect(page.Locator("svg.plan a")).ToHaveCountAsync(5);

        await page.Locator("#q").FillAsync("school");
        await page.Locator("form.filter button").ClickAsync();
        Assert.Equal("1 place", await page.Locator("#found").InnerTextAsync());
        await page.Locator("svg.plan a").First.ClickAsync();
        await page.WaitForURLAsync("**/zones/school-street");

        await page.GetByText("Contest this place").ClickAsync();
        await page.GetByLabel("The camera sees something else").CheckAsync();
        await page.Locator("#words").FillAsync("A van parks in front of it.\nEvery morning.");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Send" }).ClickAsync();
        var receipt = await page.Locator(".receipt").InnerTextAsync();
        await visit.GoAsync("/contests");
        await page.Locator("#receipt").FillAsync(receipt.ToLowerInvariant());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show" }).ClickAsync();

        Assert.Equal("School street", await page.Locator(".lead").InnerTextAsync());
        Assert.DoesNotContain("van", await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_paper_there_is_the_sign_and_no_way_to_click()
    {
        await using var visit = await browser.VisitAsync(794);
        var page = visit.Page;
        await visit.GoAsync("/zones/crossing-north/sign");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        Assert.False(await page.Locator(".top").IsVisibleAsync());
        Assert.True(await page.Locator(".big-code").IsVisibleAsync());
        Assert.Equal(1, await page.EvaluateAsync<double>("document.querySelector('.big-code').complete && document.querySelector('.big-code').naturalWidth > 0 ? 1 : 0"));
        Assert.Equal(0, await visit.OverflowAsync());
        Assert.Equal("https://places.example/zones/crossing-north", await ScannedAsync(page.Locator(".big-code")));
        await browser.ShootAsync(page, "sign-print");
        await visit.GoAsync("/zones/crossing-north");
        Assert.False(await page.Locator("#since").IsVisibleAsync());
        Assert.Equal("exact", await page.Locator(".tile").First.EvaluateAsync<string>("tile => getComputedStyle(tile).getPropertyValue('-webkit-print-color-adjust')"));
        Assert.Equal(0, await visit.OverflowAsync());
        await browser.ShootAsync(page, "zone-print");
    }

    /// <summary>What a phone reads that is held before a code on the screen.</summary>
    private static async Task<string?> ScannedAsync(ILocator code)
    {
        const int side = 400;
        var dots = await code.EvaluateAsync<string>($$"""
            image => {
              const canvas = document.createElement("canvas");
              canvas.width = canvas.height = {{side}};
              const paper = canvas.getContext("2d");
              paper.drawImage(image, 0, 0, {{side}}, {{side}});
              return Array.from(paper.getImageData(0, 0, {{side}}, {{side}}).data).filter((_, i) => i % 4 === 0).map(grey => grey > 127 ? " " : "#").join("");
            }
            """);
        var picture = new ZXing.RGBLuminanceSource([.. dots.Select(dot => dot == '#' ? (byte)0 : byte.MaxValue)], side, side, ZXing.RGBLuminanceSource.BitmapFormat.Gray8);
        return new ZXing.QrCode.QRCodeReader().decode(new ZXing.BinaryBitmap(new ZXing.Common.HybridBinarizer(picture)))?.Text;
    }

    private static Task<string> FocusedAsync(IPage page) =>
        page.EvaluateAsync<string>("document.activeElement === document.body ? '' : document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText");

    private static async Task TabToAsync(IPage page, string text)
    {
        const int stopsMax = 60;
        for (var i = 0; i < stopsMax; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if ((await FocusedAsync(page)).Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The keyboard does not come to '{text}'.");
    }
}
