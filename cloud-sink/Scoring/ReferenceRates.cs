namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// Proposes reference rates from what a city's own places were like: the median over zones of events per 1,000 passages, with the distribution-free
/// interval of order statistics (binomial with one half; W. J. Conover, Practical Nonparametric Statistics, section 3.2) of at least 90 %.
/// </summary>
internal sealed class ReferenceRates(ScoreRules rules, int days)
{
    /// <summary>With five zones the lowest and the highest enclose the median in 93.75 % of cities; with four in 87.5 %, which is less than 90 %.</summary>
    public const int ZonesMin = 5;

    /// <summary>Passages of a zone, in thousands, below which its rate says nothing.</summary>
    public const double ExposureMin = 2;

    /// <summary>Share of the days on which a zone must have been measured.</summary>
    public const double DaysShareMin = 0.75;

    private readonly SortedDictionary<string, List<double>> _rates = new(StringComparer.Ordinal);

    /// <summary>Adds a zone with its rows of the days over which rates are taken.</summary>
    public void Add(string zone, IReadOnlyCollection<DayRow> rows)
    {
        var counting = rows.Where(row => rules.Counts(zone, row.Date)).ToList();
        foreach (var name in counting.SelectMany(row => row.Counts.Keys).Distinct(StringComparer.Ordinal))
        {
            var measured = counting.Where(row => row.Counts.ContainsKey(name)).ToList();
            var thousands = measured.Sum(row => row.Passages) / 1000.0;
            if (thousands < ExposureMin || measured.Count < DaysShareMin * days)
                continue;
            if (!_rates.TryGetValue(name, out var rates))
                _rates.Add(name, rates = []);
            rates.Add(rules.Calibration.Factor(zone, name) * measured.Sum(row => row.Counts[name]) / thousands);
        }
    }

    /// <summary>By name of behaviour; where there are too few zones the rate is null.</summary>
    public IEnumerable<ReferenceRate> Propose() => _rates.Select(pair =>
    {
        var sorted = pair.Value.Order().ToArray();
        if (sorted.Length < ZonesMin)
            return new ReferenceRate(pair.Key, sorted.Length, null, 0, 0);
        var low = LowRank(sorted.Length);
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new ReferenceRate(pair.Key, sorted.Length, median, sorted[low - 1], sorted[^low]);
    });

    // The highest rank r with P(Binomial(n, 1/2) < r) <= 5 %.
    private static int LowRank(int n)
    {
        var term = Math.Pow(0.5, n);
        var below = term;
        var rank = 0;
        while (below <= 0.05)
        {
            rank++;
            term *= (n - rank + 1.0) / rank;
            below += term;
        }

        return Math.Max(rank, 1);
    }
}

/// <param name="Behaviour">Its name.</param>
/// <param name="Zones">From how many.</param>
/// <param name="Rate">Events per 1,000 passages; null from too few.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end.</param>
internal sealed record ReferenceRate(string Behaviour, int Zones, double? Rate, double Low, double High);
