
namespace SocialCredit.Edge.Sink.Storage;

/// <summary>A day of a zone, as it stands and as its records make it.</summary>
/// <param name="Date">UTC.</param>
/// <param name="Stands">The row, or null where there is none.</param>
/// <param name="Records">What the records add up to; null where none of the day is there (any more), so that nothing can be said.</param>
internal sealed record RestatedDay(DateOnly Date, ZoneDay? Stands, ZoneDay? Records)
{
    public bool IsKnown => Records is not null || Stands is null;

    public bool IsSame => IsKnown && Sums(Stands) == Sums(Records) && Listed(Stands).SequenceEqual(Listed(Records));

    private static (int, int, long, int, long) Sums(ZoneDay? day) => day is null ? default : (day.Windows, day.Released, day.Seconds, day.CoverageTenths, day.Passages);

    private static IEnumerable<KeyValuePair<string, long>> Listed(ZoneDay? day) =>
        (day?.Counts ?? new Dictionary<string, long>()).Where(count => count.Value != 0).OrderBy(count => count.Key, StringComparer.Ordinal);
}

/// <summary>
/// Makes the days of a zone again from its records, which are the truth. The zone's row is held meanwhile: whoever ingests for the zone waits
/// with it, and what it had added before is seen.
/// </summary>
internal sealed class Restatement(Database database)
{
    /// <summary>Compares and changes nothing.</summary>
    public List<RestatedDay> Check(string zone, DateOnly from, DateOnly to) => database.Snapshot(turn => Days(turn, zone, from, to));

    /// <summary>Compares and writes what differs. Days of which no record is there stay as they are.</summary>
    /// <param name="zone">Its name.</param>
    /// <param name="from">The first day, UTC.</param>
    /// <param name="to">The last day, UTC, included.</param>
    /// <param name="note">Told of what was written inside the same transaction.</param>
    public List<RestatedDay> Run(string zone, DateOnly from, DateOnly to, Action<Database.Turn, RestatedDay> note) => database.Change(turn =>
    {
        turn.Run("UPDATE zone SET zone = zone WHERE zone = $1", zone);
        var days = Days(turn, zone, from, to);
        foreach (var day in days.Where(day => day is { IsKnown: true, IsSame: false }))
        {
            Write(turn, zone, day);
            note(turn, day);
        }

        return days;
    });

    private static List<RestatedDay> Days(Database.Turn turn, string zone, DateOnly from, DateOnly to)
    {
        var stand = StoredRows.DaysOf(turn, zone, from, to).ToDictionary(day => day.Date);
        var deltas = new ZoneDayDeltas();
        turn.Read(
            StoredRows.RecordsSql,
            row =>
            {
                deltas.Add(StoredPayload.Decode(row.GetFieldValue<byte[]>(1)), +1);
                return 0;
            },
            zone, StoredRows.StartOf(from), StoredRows.StartOf(to) + 86400);
        var made = deltas.Days.ToDictionary(day => DateOnly.FromDayNumber(day.Key.Day), day => DayOf(zone, day.Key.Day, day.Value));
        return [.. stand.Keys.Union(made.Keys).Order().Select(date => new RestatedDay(date, stand.GetValueOrDefault(date), made.GetValueOrDefault(date)))];
    }

    private static ZoneDay DayOf(string zone, int day, ZoneDayDeltas.Delta sum) =>
        new(zone, DateOnly.FromDayNumber(day), sum.Windows, sum.Released, sum.Seconds, sum.Coverage, sum.Passages, sum.Counts.ToDictionary());

    private static void Write(Database.Turn turn, string zone, RestatedDay day)
    {
        var (number, made) = (day.Date.DayNumber, day.Records!);
        turn.Run(
            "INSERT INTO zone_day (zone, day, windows, released, seconds, coverage, passages) VALUES ($1, $2, $3, $4, $5, $6, $7) "
            + "ON CONFLICT (zone, day) DO UPDATE SET windows = $3, released = $4, seconds = $5, coverage = $6, passages = $7",
            zone, number, made.Windows, made.Released, made.Seconds, made.CoverageTenths, made.Passages);
        turn.Run("DELETE FROM zone_day_count WHERE zone = $1 AND day = $2", zone, number);
        foreach (var (behaviour, count) in made.Counts)
            turn.Run("INSERT INTO zone_day_count (zone, day, behaviour, count) VALUES ($1, $2, $3, $4)", zone, number, behaviour, count);
    }
}
