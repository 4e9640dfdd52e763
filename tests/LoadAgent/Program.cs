using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.LoadAgent;

/// <summary>
/// A real outbox and a real forwarder without a camera: every second one record of each zone, and one line of output for each
/// that the outbox accepted. Made to be killed. A line on its input ends the load; it ends itself once the outbox is empty.
/// </summary>
internal static class Program
{
    private const string Device = "load-1";

    private const int PayloadBytes = 384;

    private static async Task<int> Main(string[] args)
    {
        if (args is not [var path, var port, var zones])
        {
            await Console.Error.WriteLineAsync("Usage: LoadAgent OUTBOX PORT ZONES");
            return 2;
        }

        var time = TimeProvider.System;
        using var outbox = Outbox.Open(new OutboxOptions { Path = path, PayloadBytes = PayloadBytes }, time, NullLogger.Instance);
        var patience = new ForwardingOptions
        {
            ResendDelay = TimeSpan.FromSeconds(2),
            ResendDelayMax = TimeSpan.FromSeconds(8),
            ReconnectDelay = TimeSpan.FromMilliseconds(100),
            ReconnectDelayMax = TimeSpan.FromSeconds(1),
            BusyDelay = TimeSpan.FromMilliseconds(500),
        };
        var broker = new BrokerOptions { Device = Device, Host = "127.0.0.1", Port = int.Parse(port) };
        var folder = Path.GetDirectoryName(path)!;
        using var key = DeviceKey.OpenOrMake(folder);
        var manifest = ManifestOf(int.Parse(zones), key.PublicKey, time.GetUtcNow());
        using var forwarder = new MqttForwarder(outbox, broker, patience, time, NullLogger.Instance)
        {
            Manifests = new ManifestShelf(folder, NullLogger.Instance).PutInForce(manifest, key, isNothingWaiting: outbox.State.Depth == 0),
        };
        using var stop = new CancellationTokenSource();
        var forwarding = forwarder.RunAsync(stop.Token);

        // The console's own asynchronous read blocks its caller.
        var told = Task.Run(Console.In.ReadLine);
        while (!told.IsCompleted)
        {
            await AppendSecondAsync(outbox, int.Parse(zones), time.GetUtcNow());
            await Task.WhenAny(told, Task.Delay(TimeSpan.FromMilliseconds(200), time));
        }

        while (outbox.State.Depth > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        await stop.CancelAsync();
        await forwarding;
        await Console.Out.WriteLineAsync("empty");
        return 0;
    }

    // Several times a second and again after a restart: what was drawn before must stand, though the counts are others now.
    private static async Task AppendSecondAsync(Outbox outbox, int zones, DateTimeOffset now)
    {
        for (var zone = 0; zone < zones; zone++)
        {
            var result = outbox.Append(RecordOf(zone, now), now);
            if (result is { Outcome: AppendOutcome.Stored, Entry: { } entry })
                await Console.Out.WriteLineAsync($"{entry.Sequence} {entry.Id} {Convert.ToHexString(SHA256.HashData(entry.Payload.Span))}");
        }
    }

    private static EventRecord RecordOf(int zone, DateTimeOffset now) => new()
    {
        Site = "load-site",
        Zone = $"zone-{zone:000}",
        Start = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() - 1),
        Seconds = 1,
        Status = RecordStatus.Ok,
        Coverage = 10,
        Passages = RandomNumberGenerator.GetInt32(1000),
        Counts = [new("red_crossing", RandomNumberGenerator.GetInt32(10))],
        Profile = PrivacyProfile.Demo,
        Policy = "p-load",
        Calibration = "none",
    };

    private static PrivacyManifest ManifestOf(int zones, string publicKey, DateTimeOffset now) => new()
    {
        Site = "load-site",
        Device = Device,
        Profile = PrivacyProfile.Demo,
        Software = "load",
        Issued = DateOnly.FromDateTime(now.UtcDateTime),
        Topics = ManifestWords.Topics(Device, PrivacyProfile.Demo, PayloadBytes),
        Fields = ManifestWords.Fields(PrivacyProfile.Demo),
        RecordBytes = PayloadBytes,
        PublishSecondsMin = 0,
        PublishSecondsMax = 0,
        Zones = [.. Enumerable.Range(0, zones).Select(zone => new ManifestZone
        {
            Zone = $"zone-{zone:000}",
            WindowSeconds = 1,
            Behaviours = ["red_crossing"],
            Episodes = [],
            Policy = "p-load",
            Calibration = "none",
            TracksPerPerson = 1.5m,
            PassagesMin = 0,
            NoisedPassagesMin = 0,
            EpsilonPassages = null,
            EpsilonCounts = null,
        })],
        Models = [],
        Never = ManifestWords.Never,
        Key = publicKey,
    };
}
