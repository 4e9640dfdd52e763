using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>What a person sees who watches <c>sink run</c>.</summary>
public sealed class SinkLogTests
{
    [Fact]
    public async Task A_demonstration_shows_each_record_as_it_comes()
    {
        var (record, log) = await SendOneAsync("demo");

        Assert.Single(log, line => line.EndsWith(
            $" INF plaza-7 crossing-north {record.Start:yyyy-MM-dd HH:mm:ss} UTC Ok: 200 passages, red_crossing 3, waited_on_red 41",
            StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.Contains("Committed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Elsewhere_nothing_is_said_of_a_record_or_a_batch()
    {
        var (_, log) = await SendOneAsync("standard");

        Assert.DoesNotContain(log, line => line.Contains("crossing-north", StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.Contains("Committed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Batches_are_told_to_who_asks()
    {
        var (_, log) = await SendOneAsync("standard", "--verbose");

        Assert.Single(log, line => line.EndsWith("Committed 1 records of 1 devices; 1 were new", StringComparison.Ordinal));
    }

    private static async Task<(EventRecord Record, string[] Log)> SendOneAsync(string profile, params string[] more)
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var sink = new SinkProcess(broker.Port, profile, more);
        await sink.StartAsync();
        await using var device = new TestDevice("camera-1");
        await device.ConnectAsync(broker.Port);
        await device.SubscribeAsync(Topics.Received("camera-1"));
        var hours = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 3600;
        var record = Record() with { Start = DateTimeOffset.FromUnixTimeSeconds((hours - 1) * 3600) };

        await device.SayManifestAsync([record]);
        await device.SendAsync(record);
        await device.HearReceivedAsync(received => received.UpTo == 1);
        await sink.KillAsync();
        return (record, sink.Log);
    }
}
