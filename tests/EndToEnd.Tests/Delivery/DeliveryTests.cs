using System.Globalization;
using System.Security.Cryptography;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Delivery;

/// <summary>
/// The promise of the whole chain: whatever is killed, a record that the outbox accepted is in the store exactly once.
/// <c>SCE_OUTAGE_SECONDS=60</c> gives the broker's outages their full length, <c>SCE_SEED</c> another course of events.
/// </summary>
public sealed class DeliveryTests(ITestOutputHelper output)
{
    private const int Kills = 10;
    private const int Zones = 40;

    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Every_accepted_record_is_in_the_store_exactly_once_whatever_is_killed()
    {
        var outage = TimeSpan.FromSeconds(Setting("SCE_OUTAGE_SECONDS", 3));
        var seed = (int)Setting("SCE_SEED", 20261122);
        await using var bed = await DeliveryBed.StartAsync(Zones);
        await Eventually.TrueAsync(
            () => bed.Agent.HasExited || bed.Sink.HasExited || bed.Agent.Lines.Length > Zones, "the load runs");
        Assert.False(bed.Agent.HasExited || bed.Sink.HasExited, Sayings(bed));

        await Task.WhenAll(
            KillAgainAndAgainAsync(new Random(seed), outage, bed.Broker.KillAsync, bed.Broker.StartAgainAsync),
            KillAgainAndAgainAsync(new Random(seed + 1), outage / 10, bed.Agent.KillAsync, StartAgain(bed.Agent), outage),
            KillAgainAndAgainAsync(new Random(seed + 2), outage / 10, bed.Sink.KillAsync, StartAgain(bed.Sink), outage));
        await DrainAsync(bed);
        AssertExactlyOnce(bed);
    }

    [Fact]
    public async Task Fifty_kills_of_the_agent_over_one_outbox_leave_one_payload_for_each_key()
    {
        const int kills = 50;
        await using var bed = await DeliveryBed.StartAsync(zones: 4);
        await using var wire = await WireListener.StartAsync(bed.Broker.Port);
        var random = new Random((int)Setting("SCE_SEED", 20261122));
        // Without a sink nobody says that anything has arrived: each life sends again what those before it had sent.
        await bed.Sink.KillAsync();

        for (var i = 0; i < kills; i++)
        {
            var (before, sentBefore) = (bed.Agent.Lines.Length, wire.Messages);
            await Eventually.TrueAsync(() => bed.Agent.HasExited || bed.Agent.Lines.Length > before, "it accepts records");
            Assert.False(bed.Agent.HasExited, Sayings(bed));
            // A slow machine would else kill every life before it is connected.
            if (i % 3 != 0)
                await Eventually.TrueAsync(() => wire.Messages > sentBefore, "it sends records");
            // Before, while and after they are sent.
            await Task.Delay(random.NextDouble() * TimeSpan.FromMilliseconds(250));
            await bed.Agent.KillAsync();
            bed.Agent.Start();
        }

        bed.Sink.Start();
        await DrainAsync(bed);
        var heard = wire.Payloads;
        output.WriteLine($"{kills} kills: {heard.Count} keys on the wire, {heard.Values.Sum(payloads => payloads.Length)} messages, {heard.Values.Count(payloads => payloads.Length > 1)} keys sent again, "
            + $"{heard.Values.Max(payloads => payloads.Distinct().Count())} payload a key");
        Assert.Contains(heard.Values, payloads => payloads.Length > kills / 2);
        Assert.All(heard, key => Assert.Single(key.Value.Distinct()));
        Assert.InRange(heard.Count, kills, bed.Accepted().Count);
        AssertExactlyOnce(bed);
    }

    private static async Task DrainAsync(DeliveryBed bed)
    {
        await bed.Agent.TellAsync("enough");
        await Eventually.TrueAsync(() => bed.Agent.HasExited || bed.Sink.HasExited, "the outbox drained", DrainLimit, () => LastWords(bed));
        Assert.True(bed.Agent is { HasExited: true, ExitCode: 0 } && !bed.Sink.HasExited, LastWords(bed));
    }

    private void AssertExactlyOnce(DeliveryBed bed)
    {
        var accepted = bed.Accepted();
        var stored = bed.Stored();
        // The agent printed a line only after the outbox had accepted: nothing that it printed may be missing from either.
        var printed = bed.Agent.Lines.Select(line => line.Split(' ')).Where(parts => parts.Length == 3).ToList();
        output.WriteLine($"{accepted.Count} accepted, {printed.Count} of them seen, {stored.Count} stored, {bed.Quarantined()} quarantined");

        Assert.Equal(0, bed.Quarantined());
        Assert.Equal(accepted.Count, stored.Count);
        Assert.Equal(accepted.OrderBy(entry => entry.Key), stored.Select(row => KeyValuePair.Create(row.Id, row.Sequence)).OrderBy(entry => entry.Key));
        var storedHashes = stored.ToDictionary(row => row.Id, row => Convert.ToHexString(SHA256.HashData(row.Payload)));
        Assert.NotEmpty(printed);
        Assert.All(printed, parts => Assert.Equal((accepted[parts[1]], storedHashes[parts[1]]), (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[2])));
        // No gap: what rises by one and is complete spans exactly its number.
        Assert.Equal(accepted.Count, accepted.Values.Max() - accepted.Values.Min() + 1);
    }

    private static async Task KillAgainAndAgainAsync(
        Random random, TimeSpan outage, Func<Task> kill, Func<Task> start, TimeSpan? pauseMax = null)
    {
        for (var i = 0; i < Kills; i++)
        {
            await Task.Delay(random.NextDouble() * (pauseMax ?? TimeSpan.FromSeconds(2)) * 2);
            await kill();
            await Task.Delay(outage);
            await start();
        }
    }

    private static Func<Task> StartAgain(ChildProcess process) => () =>
    {
        process.Start();
        return Task.CompletedTask;
    };

    private static string Sayings(DeliveryBed bed) =>
        $"agent {StateOf(bed.Agent)}: {string.Join(" | ", bed.Agent.Errors.TakeLast(5))}; sink {StateOf(bed.Sink)}: {string.Join(" | ", bed.Sink.Errors.TakeLast(5))}";

    private static string LastWords(DeliveryBed bed) =>
        $"{Sayings(bed)}; broker ended {bed.Broker.OwnEnds} times by itself: {string.Join(" | ", bed.Broker.LastWords)}; {bed.Accepted().Count} accepted, {bed.Stored().Count} stored, {bed.Quarantined()} quarantined";

    private static string StateOf(ChildProcess process) => process.HasExited ? $"ended with {process.ExitCode}" : "runs";

    private static double Setting(string name, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
