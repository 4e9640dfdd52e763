using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>The score of a zone as it stands: a row of the lists.</summary>
/// <param name="Site">The site of its newest record.</param>
/// <param name="IsShadow">What it would be under a policy that is not in force.</param>
/// <param name="Score">As of <see cref="ZoneScore.AsOf"/>; behaviours with their points only where it was read from the store.</param>
/// <param name="Drift">Alarms of its camera, see <see cref="DriftAlarm.ToString"/>.</param>
/// <param name="Rules">See <see cref="ScoreRules.DigestOf"/>.</param>
/// <param name="Inputs">See <see cref="RowDigest"/>.</param>
/// <param name="ComputedAt">When.</param>
/// <param name="LastStart">Start of the zone's newest window then.</param>
internal sealed record CurrentScore(
    string Site, bool IsShadow, KeptScore Score, IReadOnlyList<string> Drift, string Rules, string Inputs, DateTimeOffset ComputedAt, DateTimeOffset LastStart);

/// <summary>The score of a day that is over, as it was computed once; a day that was computed again has several.</summary>
/// <param name="Revision">From 1.</param>
/// <param name="IsShadow">It never was published as the score.</param>
/// <param name="Score">The score.</param>
/// <param name="Rules">See <see cref="ScoreRules.DigestOf"/>.</param>
/// <param name="Inputs">See <see cref="RowDigest"/>.</param>
/// <param name="Reason">Why there is this revision.</param>
/// <param name="ComputedAt">When.</param>
internal sealed record DayScore(int Revision, bool IsShadow, KeptScore Score, string Rules, string Inputs, string Reason, DateTimeOffset ComputedAt);

/// <summary>What is kept of a score: without rates and credibilities, which follow from the rows.</summary>
internal sealed record KeptScore(
    string Zone, string Policy, DateOnly Day, double Score, double HalfWidth, Grade Grade, Grade Band, UngradedReasons Ungraded, double Exposure,
    double ReleasedShare, IReadOnlyDictionary<string, double> Points)
{
    public static KeptScore Of(ZoneScore score) => new(
        score.Zone, score.Policy, score.AsOf, score.Score, score.HalfWidth, score.Grade, score.Band, score.Ungraded, score.Exposure, score.ReleasedShare,
        new OrderedDictionary<string, double>(score.Behaviours.Select(behaviour => KeyValuePair.Create(behaviour.Name, behaviour.Points))));
}

/// <summary>Which of the current scores, and in which order.</summary>
internal sealed record ScoreQuery
{
    public string? Site { get; init; }

    public Grade? Grade { get; init; }

    /// <summary>Stands somewhere in the zone's name.</summary>
    public string? Text { get; init; }

    /// <summary>Zones of which the text stands elsewhere, in the register.</summary>
    public IReadOnlyCollection<string> Named { get; init; } = [];

    /// <summary>Only zones that are scored for it.</summary>
    public string? Behaviour { get; init; }

    public ScoreOrder Order { get; init; }

    /// <summary>Goes on after this zone, the last of the page before; with its score where the order is one of scores.</summary>
    public (double Score, string Zone)? After { get; init; }
}

internal enum ScoreOrder : byte
{
    ByZone,
    BestFirst,
    WorstFirst,
}
