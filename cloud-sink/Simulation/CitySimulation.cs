using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Simulation;

/// <summary>Lets the simulated city live through some days, hour by hour, through the checks and the store of the real ingestion.</summary>
internal sealed class CitySimulation(Policy policy, IEventStore store, TimeProvider time)
{
    /// <summary>What a simulation wrote.</summary>
    /// <param name="Stored">New records.</param>
    /// <param name="Present">Hours that were there already and stay as they are, whatever the seed.</param>
    public sealed record Result(int Stored, int Present);

    /// <param name="days">How many days before the last full hour.</param>
    /// <param name="seed">The same seed gives the same city.</param>
    /// <param name="progress">Told the days done.</param>
    /// <exception cref="InvalidOperationException">The ingestion refused a simulated record.</exception>
    public Result Run(int days, int seed, Action<int> progress)
    {
        var now = time.GetUtcNow();
        var end = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var clock = new SimulatedClock();
        var gate = new RecordGate(new GateRules(PrivacyProfile.Standard, RegisterOfCity(), IsSimulation: true), clock, credentials: null);
        var device = new SimulatedDevice(policy, seed, end, days);
        var present = Present(end.AddDays(-days), end);
        var lengthBytes = RecordLength.For(SimulatedNames.Site, SimulatedCity.Zones.Select(zone => (zone.Name, policy.BehavioursOf(zone.Name))));
        var stored = 0;
        for (var day = 0; day < days; day++)
        {
            var start = end.AddDays(day - days);
            clock.Now = start.AddDays(1);
            var batch = Hours(start)
                .Where(at => !present.Contains((SimulatedCity.Zones[at.Zone].Name, at.Start)))
                .Select(at => Judge(gate, device.Record(at.Zone, at.Start), lengthBytes))
                .ToList();
            stored += store.Ingest(batch).Count(outcome => outcome == IngestOutcome.Stored);
            progress(day + 1);
        }

        return new Result(stored, days * 24 * SimulatedCity.Zones.Count - stored);
    }

    private static IEnumerable<(int Zone, DateTimeOffset Start)> Hours(DateTimeOffset day) =>
        from hour in Enumerable.Range(0, 24)
        from zone in Enumerable.Range(0, SimulatedCity.Zones.Count)
        select (zone, day.AddHours(hour));

    private static ZoneRegister RegisterOfCity() => new(SimulatedCity.Zones.ToDictionary(
        zone => zone.Name, _ => new ZoneEntry { Device = SimulatedNames.Device, Site = SimulatedNames.Site }));

    private static IncomingRecord Judge(RecordGate gate, EventRecord record, int lengthBytes)
    {
        var message = new IncomingMessage(
            Topics.Events(SimulatedNames.Device),
            EventRecordJson.Encode(record, lengthBytes),
            CloudEventAttributes.SourceOf(record.Site, SimulatedNames.Device),
            record.Id,
            _ => Task.CompletedTask);
        var (incoming, unread) = gate.Judge([message])[0];
        return incoming is { Refused: RefusalReason.None }
            ? incoming
            : throw new InvalidOperationException($"The ingestion refused a simulated record: {incoming?.Refused ?? unread}.");
    }

    private HashSet<(string Zone, DateTimeOffset Start)> Present(DateTimeOffset from, DateTimeOffset to) =>
        [.. SimulatedCity.Zones
            .SelectMany(zone => store.Records(zone.Name, DateOnly.FromDateTime(from.UtcDateTime), DateOnly.FromDateTime(to.UtcDateTime)))
            .Select(stored => (stored.Record.Zone, stored.Record.Start))];

    private sealed class SimulatedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
