using System.Data.Common;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What is read of records and days, in either engine.</summary>
internal sealed class StoredRows(Database database)
{
    private const string ZoneColumns = "zone, site, device, seconds, first_start, last_start";

    public const string RecordsSql =
        "SELECT device, payload, received_at FROM record WHERE zone = $1 AND start >= $2 AND start < $3 AND disputed = 0 ORDER BY start, device";

    public IReadOnlyList<ZoneDay> ZoneDays(string? zone, DateOnly from, DateOnly to) => database.Snapshot(turn => DaysOf(turn, zone, from, to));

    public static List<ZoneDay> DaysOf(Database.Turn turn, string? zone, DateOnly from, DateOnly to)
    {
        // Two texts: an OR over a parameter would read every zone to find one.
        var where = $"day BETWEEN $1 AND $2{(zone is null ? "" : " AND zone = $3")}";
        object?[] values = zone is null ? [from.DayNumber, to.DayNumber] : [from.DayNumber, to.DayNumber, zone];
        var counts = new Dictionary<(string, long), Dictionary<string, long>>();
        turn.Read(
            $"SELECT zone, day, behaviour, count FROM zone_day_count WHERE {where}",
            row =>
            {
                var key = (row.GetString(0), row.GetInt64(1));
                if (!counts.TryGetValue(key, out var ofDay))
                    counts.Add(key, ofDay = []);
                ofDay.Add(row.GetString(2), row.GetInt64(3));
                return 0;
            },
            values);
        return turn.Read(
            $"SELECT zone, day, windows, released, seconds, coverage, passages FROM zone_day WHERE {where} AND windows > 0 ORDER BY zone, day",
            row =>
            {
                var (name, day) = (row.GetString(0), row.GetInt64(1));
                return new ZoneDay(
                    name, DateOnly.FromDayNumber((int)day), (int)row.GetInt64(2), (int)row.GetInt64(3), row.GetInt64(4), (int)row.GetInt64(5),
                    row.GetInt64(6), counts.GetValueOrDefault((name, day)) ?? []);
            },
            values);
    }

    public IReadOnlyList<StoredRecord> Records(string zone, DateOnly from, DateOnly to) => database.Read(
        RecordsSql,
        row =>
        {
            var payload = row.GetFieldValue<byte[]>(1);
            return new StoredRecord(row.GetString(0), StoredPayload.Decode(payload), payload, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)));
        },
        zone, StartOf(from), StartOf(to) + 86400);

    public IReadOnlyList<ZoneSummary> Zones() => database.Read($"SELECT {ZoneColumns} FROM zone ORDER BY zone", SummaryOf);

    /// <summary>Null if there never was a record of the zone.</summary>
    public ZoneSummary? Zone(string zone) =>
        database.Read($"SELECT {ZoneColumns} FROM zone WHERE zone = $1", SummaryOf, zone) is [var found] ? found : null;

    public IReadOnlyList<QuarantinedRecord> Quarantine(int limit) => database.Read(
        "SELECT device, zone, window_index, sequence, reason, received_at, payload FROM quarantine ORDER BY received_at DESC LIMIT $1",
        row => new QuarantinedRecord(
            row.GetString(0), row.GetString(1), row.GetInt64(2), (uint)row.GetInt64(3), (RefusalReason)row.GetInt64(4),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), row.GetFieldValue<byte[]>(6)),
        limit);

    public IReadOnlyList<string> Devices() => database.Read("SELECT DISTINCT device FROM sequence_range ORDER BY device", row => row.GetString(0));

    /// <summary>The first devices by name, of which something was committed.</summary>
    public static IReadOnlyList<string> Devices(Database database, int limit) =>
        database.Read("SELECT DISTINCT device FROM sequence_range ORDER BY device LIMIT $1", row => row.GetString(0), limit);

    public static long StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>A row of zone, site, device, seconds, first_start, last_start.</summary>
    public static ZoneSummary SummaryOf(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), (int)row.GetInt64(3),
        DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(4)), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(5)));
}
