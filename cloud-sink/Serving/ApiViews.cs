using System.ComponentModel;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>A zone in the list.</summary>
internal sealed record ZoneView(
    string Zone,
    string Site,
    [property: Description("Made by a program, not measured by a camera.")] bool Simulated,
    double Score,
    [property: Description("Points to either side within which 90 % of the probability lies.")] double HalfWidth,
    [property: Description("A to E, or U where the data cannot carry a letter.")] string Grade,
    DateOnly AsOf)
{
    public static ZoneView Of(CurrentScore score) => new(
        score.Score.Zone, score.Site, SimulatedNames.Includes(score.Score.Zone), score.Score.Score, score.Score.HalfWidth, score.Score.Grade.ToString(), score.Score.Day);
}

/// <summary>A zone, what it is measured for, and how well it is watched.</summary>
internal sealed record ZoneDetailView(
    string Zone,
    string Site,
    string? Title,
    string? Place,
    bool Simulated,
    [property: Description("Its newest record is without noise: a demonstration.")] bool Demo,
    int WindowSeconds,
    DateTimeOffset First,
    [property: Description("When the newest window ended.")] DateTimeOffset LastEnd,
    [property: Description("Status of the newest record: ok, low, lost or off.")] string LastStatus,
    [property: Description("The next record is overdue.")] bool Silent,
    [property: Description("Records of the last 28 days.")] int Windows,
    [property: Description("Those of them that were released.")] int Released,
    [property: Description("Share of the time in which the camera really watched, 0 to 1.")] double Coverage,
    IReadOnlyList<MeasureView> Measures,
    string Guarantee);

/// <summary>A behaviour that a zone is measured for.</summary>
internal sealed record MeasureView(string Behaviour, string Sign, double Weight, double Reference, string Definition)
{
    public static MeasureView Of(string name, PolicyBehaviour rule) =>
        new(name, SignOf(rule.Sign), rule.Weight, rule.Reference, rule.Definition ?? Behaviours.Find(name)?.Definition ?? "");

    public static string SignOf(PolicySign sign) => sign == PolicySign.Good ? "good" : "bad";
}

/// <summary>A score with its interval and its explanation.</summary>
internal sealed record ScoreView(
    string Zone,
    DateOnly AsOf,
    string Policy,
    double Score,
    double HalfWidth,
    string Grade,
    [property: Description("The letter that the day alone would give.")] string Band,
    [property: Description("Passages in thousands, each day halved per half-life of its age.")] double Exposure,
    [property: Description("Share of all its windows that were released, 0 to 1.")] double ReleasedShare,
    IReadOnlyList<BehaviourView> Behaviours,
    string Explanation,
    [property: Description("Why there is no letter, or why it is not that of the day.")] IEnumerable<string> Reservations,
    [property: Description("What would change the letter.")] IEnumerable<string> Changes,
    [property: Description("By what right the policy is in force: signed, expired, provisional (nothing was activated yet) or unsigned (one operator alone decides).")] string? PolicyState = null)
{
    /// <param name="score">Of a zone and a day.</param>
    /// <param name="standing">Of the policy in force; null where the score is under another.</param>
    public static ScoreView Of(ZoneScore score, PolicyStanding? standing = null) => new(
        score.Zone, score.AsOf, score.Policy, score.Score, score.HalfWidth, score.Grade.ToString(), score.Band.ToString(),
        score.Exposure, score.ReleasedShare, [.. score.Behaviours.Select(BehaviourView.Of)],
        Scoring.Explanation.Sentence(score), Scoring.Explanation.Reservations(score), Scoring.Explanation.Changes(score), standing?.Word);
}

/// <summary>One behaviour's part in a score.</summary>
internal sealed record BehaviourView(
    string Behaviour,
    string Sign,
    double Weight,
    double Reference,
    [property: Description("The best estimate, events per 1,000 passages.")] double Rate,
    [property: Description("How far the counts are believed against the reference, 0 to 1.")] double Credibility,
    double Points)
{
    public static BehaviourView Of(BehaviourScore score) => new(
        score.Name, MeasureView.SignOf(score.Sign), score.Weight, score.Reference, score.Rate, score.Credibility, score.Points);
}

/// <summary>One day of a trend.</summary>
internal sealed record TrendView(DateOnly Date, double Score, double HalfWidth, string Grade)
{
    public static TrendView Of(ZoneScore score) => new(score.AsOf, score.Score, score.HalfWidth, score.Grade.ToString());
}

/// <summary>Whether the sink is well.</summary>
internal sealed record HealthView(string Status, string Policy, int Zones, int ZonesSilent, DateTimeOffset? NewestWindowEnd, string PolicyState);
