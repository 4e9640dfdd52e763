namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// What there is to keep of one zone under one set of rules: its score as of today, those of the days that are over, and the sums from which tomorrow
/// goes on. Pure: the same input gives the same, on whichever sink.
/// </summary>
internal static class Reckoning
{
    /// <summary>Days that can still change by a record: eight, and two for clocks and time zones. The sums that are kept are older.</summary>
    public const int OpenDays = 10;

    // Sums are kept once a week: a row more to write for each zone costs more than seven days more to read.
    private const int DaysBetweenStates = 7;

    /// <summary>The first day whose row is needed to go on; null for all of them.</summary>
    public static DateOnly? From(KeptState? kept, string rulesDigest) =>
        kept is not null && kept.Rules == rulesDigest ? kept.State.Day.AddDays(1) : null;

    /// <param name="zone">Which zone, by what, and from where.</param>
    /// <param name="rows">Its rows from <see cref="From"/> on, in any order; earlier ones are ignored.</param>
    /// <param name="closed">The last day that is over.</param>
    /// <param name="today">As of which the current score is; not before <paramref name="closed"/>.</param>
    /// <param name="isWanted">Whether the score of a day that is over is wanted, of the fold at that day and the digest of its rows.</param>
    public static Reckoned Of(ReckonedZone zone, IEnumerable<DayRow> rows, DateOnly closed, DateOnly today, Func<ScoreFold, string, bool> isWanted)
    {
        var kept = From(zone.Kept, zone.RulesDigest) is null ? null : zone.Kept;
        var fold = new ScoreFold(zone.Rules, zone.Name, kept?.State);
        var chain = kept?.Chain ?? [];
        var over = new List<(ZoneScore, string)>();
        KeptState? next = null;
        var sorted = rows.Where(row => row.Date <= today && (kept is null || row.Date > kept.State.Day)).OrderBy(row => row.Date).ToList();
        var at = 0;
        for (var day = kept?.State.Day.AddDays(1) ?? (sorted.Count > 0 ? sorted[0].Date : today); day <= today; day = day.AddDays(1))
        {
            var row = at < sorted.Count && sorted[at].Date == day ? sorted[at++] : null;
            fold.Advance(day, row);
            if (row is not null && zone.Rules.Counts(zone.Name, day))
                chain = RowDigest.Next(chain, row);
            var inputs = RowDigest.Short(chain);
            if (day <= closed && isWanted(fold, inputs))
                over.Add((fold.Score(), inputs));
            if (day == closed.AddDays(-OpenDays) && (kept is null || day >= kept.State.Day.AddDays(DaysBetweenStates)))
                next = new KeptState(fold.State, zone.RulesDigest, chain);
        }

        return new Reckoned(over, fold.Score(), RowDigest.Short(chain), next);
    }
}

/// <param name="Name">The zone.</param>
/// <param name="Rules">By which it is scored.</param>
/// <param name="RulesDigest">What they say of the zone, see <see cref="ScoreRules.DigestOf"/>.</param>
/// <param name="Kept">Where it stood; null or of other rules: it begins anew.</param>
internal sealed record ReckonedZone(string Name, ScoreRules Rules, string RulesDigest, KeptState? Kept);

/// <param name="State">The sums.</param>
/// <param name="Rules">Digest of the rules under which they were made.</param>
/// <param name="Chain">Of the rows that are in them, see <see cref="RowDigest"/>.</param>
internal sealed record KeptState(ScoreState State, string Rules, byte[] Chain);

/// <param name="Over">Scores of days that are over, each with the digest of its rows.</param>
/// <param name="Current">As of today.</param>
/// <param name="Inputs">Digest of the rows of the current score.</param>
/// <param name="State">To be kept from now on; null where the one that is kept will do.</param>
internal sealed record Reckoned(IReadOnlyList<(ZoneScore Score, string Inputs)> Over, ZoneScore Current, string Inputs, KeptState? State);
