using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The public rows of all zones in one week as one file of Parquet, zone by zone. Every week has the same columns, so that weeks can be put one behind
/// the other.
/// </summary>
internal sealed class RowBundle(IEventStore store, Policy policy)
{
    // Rows of so many zones are held at once, whatever the city: one row group.
    private const int ZonesAtOnce = 1000;

    private readonly ZoneDayReader _reader = new(store.Database);

    public Task WriteAsync(DateOnly monday, Stream to, CancellationToken cancellation) =>
        RowsParquet.WriteAsync(to, Groups(monday), RowsCsv.ColumnsOfAll(policy.Behaviours.Keys), cancellation);

    private IEnumerable<IReadOnlyList<(string Zone, DayRow Row)>> Groups(DateOnly monday)
    {
        foreach (var range in _reader.Ranges(ZonesAtOnce))
        {
            var rows = new List<(string Zone, DayRow Row)>();
            _reader.Read(range, monday, monday.AddDays(6), (zone, days) => rows.AddRange(days.Select(day => (zone, ScoreBook.RowOf(day)))), monday);
            yield return rows;
        }
    }
}
