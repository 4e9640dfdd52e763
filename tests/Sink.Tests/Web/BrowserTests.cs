using Microsoft.Playwright;
using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>The dashboard in the browser that Debian ships; its pictures go to <c>artifacts/dashboard</c>.</summary>
public sealed class BrowserTests(ServedCity city) : IClassFixture<ServedCity>, IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-background-networking"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    [Theory]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(360, 740, ColorScheme.Dark)]
    [InlineData(1280, 800, ColorScheme.Light)]
    [InlineData(1280, 800, ColorScheme.Dark)]
    public async Task It_fits_the_screen_says_nothing_on_the_console_and_asks_no_other_host(int width, int height, ColorScheme scheme)
    {
        await using var context = await ScreenAsync(width, height, scheme);
        var page = await context.NewPageAsync();
        var (spoken, asked) = (new List<string>(), new List<Uri>());
        page.Console += (_, message) => spoken.Add(message.Text);
        page.PageError += (_, error) => spoken.Add(error);
        page.Request += (_, request) => asked.Add(new Uri(request.Url));

        await page.GotoAsync(city.Sink.Address.ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await ShootAsync(page, $"{width}-{scheme}".ToLowerInvariant());
        var closed = await OverflowAsync(page);
        foreach (var summary in await page.Locator("summary").AllAsync())
            await summary.PressAsync("Enter");
        await ShootAsync(page, $"{width}-{scheme}-open".ToLowerInvariant());
        var open = await OverflowAsync(page);

        Assert.Equal((0, 0), (closed, open));
        Assert.Equal(8, await page.Locator("details[open]").CountAsync());
        Assert.Empty(spoken);
        Assert.NotEmpty(asked);
        Assert.All(asked, uri => Assert.Equal(city.Sink.Address.Authority, uri.Authority));
    }

    [Theory]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(1280, 800, ColorScheme.Dark)]
    public async Task A_place_leads_to_what_its_device_can_send(int width, int height, ColorScheme scheme)
    {
        await using var context = await ScreenAsync(width, height, scheme);
        var page = await context.NewPageAsync();
        var spoken = new List<string>();
        page.Console += (_, message) => spoken.Add(message.Text);
        page.PageError += (_, error) => spoken.Add(error);

        await page.GotoAsync(city.Sink.Address.ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        var card = page.Locator("article", new PageLocatorOptions { HasText = "North crossing, Linden Square" });
        await card.Locator("summary").PressAsync("Enter");
        await card.GetByText("What this device can send").ClickAsync();
        await ShootAsync(page, $"device-{width}-{scheme}".ToLowerInvariant());

        Assert.Equal("What camera-cro can send.", await page.Locator("h1").InnerTextAsync());
        Assert.Equal(0, await OverflowAsync(page));
        Assert.Empty(spoken);
    }

    private async Task<IBrowserContext> ScreenAsync(int width, int height, ColorScheme scheme)
    {
        if (_browser is null)
            Assert.Skip($"needs {Chromium}: apt-get install chromium");
        return await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            DeviceScaleFactor = width < 600 ? 2 : 1,
        });
    }

    private static Task<int> OverflowAsync(IPage page) =>
        page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    private static async Task ShootAsync(IPage page, string name) => await page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(TestPaths.Root, "artifacts", "dashboard", name + ".png"),
        FullPage = true,
    });
}
