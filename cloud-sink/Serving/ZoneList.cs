using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The zones with today's scores, chosen and sorted, a page at a time.</summary>
internal sealed class ZoneList(ScoreBook book, IEventStore store)
{
    /// <summary>How many zones there are.</summary>
    public long Count() => store.Database.Read("SELECT count(*) FROM zone", row => row.GetInt64(0))[0];

    /// <summary>The zones of which another grade, or none, was told last.</summary>
    public IReadOnlyList<ZoneView> Changed()
    {
        var told = store.Database.Read("SELECT zone, grade FROM told_grade", row => (Zone: row.GetString(0), Grade: row.GetString(1))).ToDictionary(one => one.Zone, one => one.Grade, StringComparer.Ordinal);
        return [.. Read(new ZoneChoice("zone", int.MaxValue)).Where(zone => told.GetValueOrDefault(zone.Zone) != zone.Grade)];
    }

    /// <summary>A page, from the first zone after the cursor on.</summary>
    public IReadOnlyList<ZoneView> Read(ZoneChoice choice)
    {
        var policy = book.Policy.Policy;
        var zones = book.Zones().Where(zone => choice.Takes(zone) && (choice.Behaviour is null || policy.BehavioursOf(zone.Zone).Contains(choice.Behaviour)))
            .Select(zone => ZoneView.Of(zone, book.History(zone.Zone, book.Today)[^1]))
            .Where(zone => choice.Grade is null || zone.Grade == choice.Grade);
        var sorted = choice.Sort switch
        {
            "score" => zones.OrderBy(zone => zone.Score).ThenBy(zone => zone.Zone, StringComparer.Ordinal),
            "-score" => zones.OrderByDescending(zone => zone.Score).ThenBy(zone => zone.Zone, StringComparer.Ordinal),
            _ => zones.OrderBy(zone => zone.Zone, StringComparer.Ordinal),
        };
        return [.. sorted.SkipWhile(zone => choice.After is { } after && !after.IsBefore(zone, choice.Sort)).Take(choice.Limit)];
    }
}

/// <param name="Sort">zone, score or -score.</param>
/// <param name="Limit">How many.</param>
internal sealed record ZoneChoice(string Sort = "zone", int Limit = 100)
{
    public string? Site { get; init; }

    public string? Grade { get; init; }

    public string? Behaviour { get; init; }

    /// <summary>Zones of which the name, the title, the place or the site holds it, whatever the case.</summary>
    public string? Text { get; init; }

    /// <summary>Names of the register for which the text is in title or place.</summary>
    public IReadOnlySet<string> Titled { get; init; } = new HashSet<string>();

    /// <summary>The last zone of the page before.</summary>
    public ZoneCursor? After { get; init; }

    public bool Takes(ZoneSummary zone) =>
        (Site is null || zone.Site == Site)
        && (Text is null || zone.Zone.Contains(Text, StringComparison.OrdinalIgnoreCase) || zone.Site.Contains(Text, StringComparison.OrdinalIgnoreCase) || Titled.Contains(zone.Zone));
}

/// <summary>A place in the list: after this zone, which had this score.</summary>
internal readonly record struct ZoneCursor(double Score, string Zone)
{
    public bool IsBefore(ZoneView zone, string sort) => sort switch
    {
        "score" => zone.Score > Score || (zone.Score.Equals(Score) && string.CompareOrdinal(zone.Zone, Zone) > 0),
        "-score" => zone.Score < Score || (zone.Score.Equals(Score) && string.CompareOrdinal(zone.Zone, Zone) > 0),
        _ => string.CompareOrdinal(zone.Zone, Zone) > 0,
    };
}
