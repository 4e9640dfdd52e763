using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>The pages over a real Kestrel on a port that the system gives, and a real store.</summary>
internal sealed class ServedSink : IAsyncDisposable
{
    public const string PolicyBytes = "id: p-2026.3   # exactly these bytes \u2713\n";

    private readonly WebApplication _app;
    private readonly SqliteEventStore _store;

    private ServedSink(WebApplication app, SqliteEventStore store)
    {
        (_app, _store) = (app, store);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IEventStore Store => _store;

    public ScoreKeeping Keeping => _app.Services.GetRequiredService<ScoreKeeping>();

    public FakeTimeProvider Time => (FakeTimeProvider)_app.Services.GetRequiredService<TimeProvider>();

    public DeviceDesk Desk => _app.Services.GetRequiredService<DeviceDesk>();

    public static async Task<ServedSink> StartAsync(
        Action<IEventStore> fill, Policy? policy = null, SinkOptions? options = null, CalibrationFile? calibration = null, string policyBytes = PolicyBytes,
        Action<IServiceCollection>? change = null)
    {
        var path = Path.Combine(TestPaths.NewFolder(), "sink.db");
        var store = new SqliteEventStore(path);
        fill(store);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IEventStore>(store);
        builder.Services.AddSingleton(new DeviceDesk(store.Database));
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(TestCity.Now));
        options ??= new SinkOptions { Policy = "policy.yaml", Zones = Register };
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new ActivePolicy(new PolicyFile(policy ?? TestCity.Policy, Encoding.UTF8.GetBytes(policyBytes))));
        builder.Services.AddSingleton(new ActiveCalibration(calibration ?? CalibrationFile.None));
        WebServing.AddServices(builder.Services, options.Http);
        change?.Invoke(builder.Services);
        var app = builder.Build();
        WebServing.Map(app);
        app.Services.GetRequiredService<ScoreKeeping>().KeepAll();
        await app.StartAsync();
        return new ServedSink(app, store);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _store.Dispose();
    }

    private static readonly Dictionary<string, ZoneEntry> Register = new()
    {
        ["crossing-north"] = new() { Device = "camera-cro", Title = "North crossing, Linden Square", Place = "Linden Square" },
        ["station-underpass"] = new() { Device = "camera-sta", Title = "Station underpass" },
    };
}
