using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink.City;

/// <summary>Hourly records of the zones of city.sql, of the hours after its last day: every zone once an hour, in an order as chance has it.</summary>
internal static class CityRecords
{
    // A prime, so that every zone comes once.
    private const long Step = 617;

    private const int ZonesPerDevice = 4;

    private const int PayloadBytes = 384;

    public static string ZoneName(long zone) => $"city-{zone:D7}";

    public static IEnumerable<IncomingRecord> From(DateTimeOffset midnight, int zones, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (hour, zone) = (i / zones, i % zones * Step % zones);
            var record = RecordOf(zone, midnight.AddHours(hour), (uint)(hour * ZonesPerDevice + zone % ZonesPerDevice + 1));
            yield return new IncomingRecord(
                $"edge-{zone / ZonesPerDevice:D6}", record, EventRecordJson.Encode(record, PayloadBytes), record.Start.AddMinutes(65));
        }
    }

    private static EventRecord RecordOf(long zone, DateTimeOffset start, uint sequence) => new()
    {
        Site = $"site-{zone / 20:D5}",
        Zone = ZoneName(zone),
        Start = start,
        Seconds = 3600,
        Status = RecordStatus.Ok,
        Coverage = 9,
        Passages = 200 + zone % 60,
        Counts = [new("red_crossing", zone % 5 - 1), new("waited_on_red", zone % 17)],
        Profile = PrivacyProfile.Standard,
        Policy = "p-2026.3",
        Calibration = "c-17",
        Sequence = sequence,
    };
}
