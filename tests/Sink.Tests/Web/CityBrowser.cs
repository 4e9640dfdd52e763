using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>The browser that Debian ships and the city that it looks at, once for all tests that need both.</summary>
public sealed class CityBrowser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    // Only ends a test that hangs: the browser may have to wait long for its turn.
    private const float LimitMilliseconds = 120_000;

    private readonly string? _pictures = Environment.GetEnvironmentVariable("SCE_SCREENSHOTS");
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public PublicCity City { get; } = new();

    internal Uri Address => City.Sink.Address;

    public async ValueTask InitializeAsync()
    {
        await City.InitializeAsync();
        if (!File.Exists(Chromium))
            return;
        Assertions.SetDefaultExpectTimeout(LimitMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-background-networking"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await City.DisposeAsync();
    }

    internal async Task<Visit> VisitAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, bool hasScript = true, Uri? address = null)
    {
        if (_browser is null)
            Assert.Skip($"needs {Chromium}: apt-get install chromium");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = (address ?? Address).ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = width < 600 ? 740 : 800 },
            ColorScheme = scheme,
            DeviceScaleFactor = width < 600 ? 2 : 1,
            JavaScriptEnabled = hasScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(LimitMilliseconds);
        return new Visit(context, await context.NewPageAsync());
    }

    /// <summary>Into the folder of SCE_SCREENSHOTS, if there is one.</summary>
    internal async Task ShootAsync(IPage page, string name)
    {
        if (_pictures is not null)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(_pictures, name + ".png"), FullPage = true });
    }
}

/// <summary>One window of the browser, and all that it said and asked for.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => Spoken.Add($"{page.Url}: {message.Text}");
        page.PageError += (_, error) => Spoken.Add($"{page.Url}: {error}");
        page.Request += (_, request) => Asked.Add(new Uri(request.Url));
    }

    public IPage Page { get; }

    public List<string> Spoken { get; } = [];

    public List<Uri> Asked { get; } = [];

    public Task GoAsync(string path) => Page.GotoAsync(path);

    /// <summary>Pixels by which the page is wider than the window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>What axe finds that is serious or worse: rule, where, and why.</summary>
    public async Task<IEnumerable<string>> BarriersAsync()
    {
        var result = await Page.RunAxe();
        return result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{Page.Url} {violation.Id}: {node.Html} {Why(node)}"));
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static string Why(AxeResultNode node) => string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message));
}

/// <summary>The tests that share the browser.</summary>
[CollectionDefinition(nameof(CityBrowser))]
public sealed class BrowserCollection : ICollectionFixture<CityBrowser>;
