using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>
/// The rows and the published scores of a public folder, zone by zone over all its weeks. Each file has its zones in the order of their names' bytes, so
/// that files of any size take the room of one zone.
/// </summary>
/// <param name="folder">See <see cref="PublicFolder"/>.</param>
/// <param name="policy">Scores of others are counted alone.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class PublicZones(string folder, string policy, CancellationToken cancellation)
{
    private static readonly Comparer<(string Zone, int File)> ByZone = Comparer<(string Zone, int File)>.Create((one, other) =>
        string.CompareOrdinal(one.Zone, other.Zone) switch { 0 => one.File.CompareTo(other.File), var byName => byName });

    private readonly ScoresWanted _wanted = new(policy);

    /// <summary>What is wrong in the files, as far as they were read; with any of it the rest says nothing.</summary>
    public List<string> Faults => _wanted.Faults;

    /// <summary>Days of zones that were scored under another policy.</summary>
    public long Others => _wanted.Others;

    /// <summary>Every zone that has a row or a score.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<PublicZone> Read()
    {
        using var rows = Merged("rows", (file, text) => RowsCsvReader.ReadByZone(file, text, Faults)).GetEnumerator();
        using var scores = Merged("scores", (file, text) => ScoresCsv.ReadByZone(file, text, _wanted)).GetEnumerator();
        var (hasRows, hasScores) = (rows.MoveNext(), scores.MoveNext());
        while ((hasRows || hasScores) && Faults.Count == 0)
        {
            var order = !hasRows ? 1 : !hasScores ? -1 : string.CompareOrdinal(rows.Current.Zone, scores.Current.Zone);
            var zone = new PublicZone(order <= 0 ? rows.Current.Zone : scores.Current.Zone, order <= 0 ? rows.Current.Items : [], order >= 0 ? scores.Current.Items : []);
            Twice(zone.Zone, "row", zone.Rows.Select(row => row.Date));
            Twice(zone.Zone, "score", zone.Scores.Select(score => score.Date));
            if (Faults.Count > 0)
                yield break;
            yield return zone;
            hasRows = order <= 0 ? rows.MoveNext() : hasRows;
            hasScores = order >= 0 ? scores.MoveNext() : hasScores;
        }
    }

    private void Twice(string zone, string what, IEnumerable<DateOnly> dates)
    {
        var seen = new HashSet<DateOnly>();
        Faults.AddRange(dates.Where(date => !seen.Add(date)).Select(date => $"{zone} {date:yyyy-MM-dd}: a {what} of this day stands in two files"));
    }

    private IEnumerable<(string Zone, List<T> Items)> Merged<T>(string kind, Func<string, TextReader, IEnumerable<(string Zone, List<T> Items)>> read)
    {
        var open = new List<(StreamReader Text, IEnumerator<(string Zone, List<T> Items)> Zones)>();
        try
        {
            var next = new PriorityQueue<IEnumerator<(string Zone, List<T> Items)>, (string Zone, int File)>(ByZone);
            foreach (var file in PublicFolder.FilesOf(folder, kind))
            {
                var text = new StreamReader(file);
                var zones = read(file, text).GetEnumerator();
                open.Add((text, zones));
                if (zones.MoveNext())
                    next.Enqueue(zones, (zones.Current.Zone, open.Count));
            }

            while (next.TryDequeue(out var first, out var at))
            {
                cancellation.ThrowIfCancellationRequested();
                var items = first.Current.Items;
                if (first.MoveNext())
                    next.Enqueue(first, (first.Current.Zone, at.File));
                while (next.TryPeek(out var other, out var also) && also.Zone == at.Zone)
                {
                    next.Dequeue();
                    items.AddRange(other.Current.Items);
                    if (other.MoveNext())
                        next.Enqueue(other, (other.Current.Zone, also.File));
                }

                yield return (at.Zone, items);
            }
        }
        finally
        {
            foreach (var (text, zones) in open)
            {
                zones.Dispose();
                text.Dispose();
            }
        }
    }
}

/// <param name="Zone">Its name.</param>
/// <param name="Rows">All of it, from its first day on.</param>
/// <param name="Scores">The last revision of each day.</param>
internal sealed record PublicZone(string Zone, List<DayRow> Rows, List<PublishedScore> Scores);
