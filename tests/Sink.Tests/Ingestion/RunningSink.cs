using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>A whole sink with its embedded broker, in this process, on ports of its own.</summary>
internal sealed class RunningSink : IAsyncDisposable
{
    public const string Policy = """
        id: p-2026.3
        behaviours:
          red_crossing: {sign: bad, weight: 12, reference: 4.0}
          waited_on_red: {sign: good, weight: 10, reference: 30}
        """;

    private readonly WebApplication _app;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentDictionary<string, long> _refused = new(StringComparer.Ordinal);

    private RunningSink(WebApplication app, IEventStore store, string folder)
    {
        (_app, Store, Folder) = (app, store, folder);
        var metrics = app.Services.GetRequiredService<IngestMetrics>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (metrics.Owns(instrument) && instrument.Name == "scedge_sink_refused")
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            _refused.AddOrUpdate((string)tags[0].Value!, count, (_, before) => before + count));
        _meters.Start();
    }

    /// <summary>Reads metrics and health, where its configuration asks for them.</summary>
    public HttpClient Observer() => new() { BaseAddress = new Uri($"http://127.0.0.1:{_app.Services.GetRequiredService<SinkOptions>().Observe!.Port}/") };

    public IEventStore Store { get; }

    public string Folder { get; }

    public int Port => _app.Services.GetRequiredService<IngestionService>().Address!.Port;

    /// <summary>Where devices on the network come in, if they do.</summary>
    public int TlsPort => _app.Services.GetRequiredService<IngestionService>().TlsEndPoint!.Port;

    public long Refused(RefusalReason reason) => _refused.GetValueOrDefault(reason.ToString());

    public static async Task<RunningSink> StartAsync(string more = "", string calibration = "", TimeProvider? time = null, string http = "{port: 0}", string broker = "{port: 0}", Action<IEventStore>? fill = null)
    {
        var folder = TestPaths.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(folder, "cal.yaml"), calibration);
        await File.WriteAllTextAsync(Path.Combine(folder, "policy.yaml"), Policy);
        var path = Path.Combine(folder, "sink.yaml");
        await File.WriteAllTextAsync(path, $"policy: policy.yaml\nbroker: {broker}\nhttp: {http}\n{more}");
        var (configuration, faults) = SinkConfiguration.Read(path);
        Assert.Empty(faults);
        var store = EventStores.Open(configuration!.Options, path);
        fill?.Invoke(store);
        var app = SinkHost.Build(configuration, store, time ?? new ShiftedTime(RecordFixtures.Noon.AddHours(30)));
        await app.StartAsync();
        return new RunningSink(app, store, folder);
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>All that it listens on over HTTP and HTTPS.</summary>
    public IEnumerable<Uri> Addresses =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address));

    /// <summary>What an operator would say at the command line.</summary>
    public DeviceOffice Office => new(_app.Services.GetRequiredService<SinkOptions>(), Store, _app.Services.GetRequiredService<TimeProvider>());

    /// <summary>As somebody would, over the API.</summary>
    public void OpenContest(string zone, string behaviour) =>
        Assert.Equal("", _app.Services.GetRequiredService<ContestDesk>().Open(zone, behaviour, ContestReason.CameraWrong, null).Fault);

    /// <summary>The first contest.</summary>
    public Contest Contest() => _app.Services.GetRequiredService<ContestDesk>().Find(1)!;

    /// <summary>Enrols a device under its name's key, without the way over HTTP.</summary>
    public void Enrol(string device, params string[] zones) => Enrol(device, device, zones);

    public void Enrol(string device, string key, string[] zones)
    {
        Assert.Null(Office.Invite(device, zones, null, ("secret", TimeSpan.FromHours(1))));
        var invited = Store.Enrolled.Find(device)!;
        var came = invited with { State = DeviceState.Waiting, Key = TestManifests.KeyOf(key).ExportSubjectPublicKeyInfo() };
        Assert.True(Store.Enrolled.Keep(came, "came", RecordFixtures.Noon));
        Assert.Equal("", Office.Approve(device, [], null).Fault);
    }

    /// <summary>A connected device that hears what the sink received of it, and has said what it can send: the zones of the fixtures.</summary>
    public async Task<TestDevice> DeviceAsync(string name = "camera-1", bool hasManifest = true)
    {
        var device = new TestDevice(name);
        await device.ConnectAsync(Port);
        await device.SubscribeAsync(Contract.Topics.Received(name));
        if (hasManifest)
            await device.SayManifestAsync(new[] { "crossing-north", "plaza-south", "site-zone" }.Select(zone => RecordFixtures.Record(zone)));
        return device;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Store.Dispose();
        _meters.Dispose();
    }
}
