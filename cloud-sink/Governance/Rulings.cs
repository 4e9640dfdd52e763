using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>
/// What contests have done to scores, as a public file has it (<c>/api/rulings</c>): with it, the rows, the policy and the calibration anyone
/// computes every score again. Empty lists stand for nothing.
/// </summary>
internal sealed record Rulings
{
    public static Rulings None { get; } = new();

    /// <summary>Days that no longer count.</summary>
    public IReadOnlyList<ExcludedDays> Excluded { get; init; } = [];

    /// <summary>Factors that a staged test gave, in place of those of the calibration.</summary>
    public IReadOnlyList<RuledFactor> Recalibrated { get; init; } = [];

    /// <summary>Behaviours that no longer count in a zone.</summary>
    public IReadOnlyList<RuledBehaviour> Disabled { get; init; } = [];

    /// <summary>Days on which a zone's score was contested: its grade is P.</summary>
    public IReadOnlyList<ContestedDays> Contested { get; init; } = [];

    /// <summary>What scores are made by under a policy and a calibration.</summary>
    public ScoreRules Over(Policy policy, Calibration calibration) => new(policy, calibration.With(Recalibrated.Select(factor => (factor.Zone, factor.Behaviour, factor.Factor))))
    {
        Excluded = Excluded,
        Disabled = [.. Disabled.Select(one => (one.Zone, one.Behaviour))],
        Contested = Contested,
    };

    /// <summary>What follows from contests, in the order of their numbers. Of a zone's behaviour what was decided last counts.</summary>
    public static Rulings Of(IEnumerable<Contest> contests)
    {
        var (excluded, contested) = (new List<ExcludedDays>(), new List<ContestedDays>());
        var behaviours = new Dictionary<(string Zone, string Behaviour), Contest>();
        foreach (var contest in contests.OrderBy(contest => contest.DecidedAt ?? DateTimeOffset.MaxValue).ThenBy(contest => contest.Number))
        {
            var from = DayOf(contest.OpenedAt);
            DateOnly? to = contest.DecidedAt is { } decided ? DayOf(decided).AddDays(-1) : null;
            if (to is null || to >= from)
                contested.Add(new ContestedDays(contest.Zone, from, to));
            if (contest.Ruling is { Outcome: ContestOutcome.Exclude, From: { } first, To: { } last })
                excluded.Add(new ExcludedDays(contest.Zone, first, last));
            else if (contest.Ruling is { Outcome: ContestOutcome.Recalibrate or ContestOutcome.Disable, Behaviour: { } behaviour })
                behaviours[(contest.Zone, behaviour)] = contest;
        }

        var ruled = behaviours.OrderBy(one => one.Key.Zone, StringComparer.Ordinal).ThenBy(one => one.Key.Behaviour, StringComparer.Ordinal).ToList();
        return new Rulings
        {
            Excluded = [.. excluded.OrderBy(days => days.Zone, StringComparer.Ordinal).ThenBy(days => days.From).ThenBy(days => days.To)],
            Recalibrated = [.. ruled.Where(one => one.Value.Ruling!.Outcome == ContestOutcome.Recalibrate).Select(one => new RuledFactor(one.Key.Zone, one.Key.Behaviour, FactorOf(one.Value)))],
            Disabled = [.. ruled.Where(one => one.Value.Ruling!.Outcome == ContestOutcome.Disable).Select(one => new RuledBehaviour(one.Key.Zone, one.Key.Behaviour))],
            Contested = [.. contested.OrderBy(days => days.Zone, StringComparer.Ordinal).ThenBy(days => days.From).ThenBy(days => days.To ?? DateOnly.MaxValue)],
        };
    }

    private static double FactorOf(Contest contest) => contest.Measures.First(measure => measure.Behaviour == contest.Ruling!.Behaviour).Factor!.Value;

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}

/// <summary>g of a zone's camera for a behaviour, as a test gave it.</summary>
internal sealed record RuledFactor(string Zone, string Behaviour, double Factor);

/// <summary>A behaviour of a zone.</summary>
internal sealed record RuledBehaviour(string Zone, string Behaviour);
