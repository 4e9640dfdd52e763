using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What of a place was left out or computed anew afterwards: what contests decided, days made again from their records, scores computed again.</summary>
internal static class AnewView
{
    private const int RowsMax = 20;

    /// <returns>The newest first.</returns>
    public static IReadOnlyList<AnewRow> Read(string zone, Database database)
    {
        var rows = new List<AnewRow>();
        foreach (var contest in new ContestTables(database).List(zone, 0, int.MaxValue).Where(contest => contest.DecidedAt is not null))
        {
            if (WhatOf(contest) is { } what)
                rows.Add(new AnewRow(contest.DecidedAt!.Value, what.Key, what.Values) { Contest = contest.Number });
        }

        rows.AddRange(new AuditTables(database).Newest(AuditKind.RowsRestated, zone, RowsMax).Select(AuditRow.Of)
            .Select(line => new AnewRow(line.At, "anew.restated", [Text(line["day"]), line["before"], line["after"]]) { Line = line.Number }));
        rows.AddRange(new ShadowTables(database).Revised(zone, RowsMax)
            .Select(days => new AnewRow(days.At, days.Days == 1 ? "anew.revised.one" : "anew.revised", [days.Days, Text(days.From), Text(days.To), days.PointsMax]) { Reason = days.Reason }));
        return [.. rows.OrderByDescending(row => row.At).Take(RowsMax)];
    }

    private static (string Key, object[] Values)? WhatOf(Contest contest) => contest.Ruling switch
    {
        { Outcome: ContestOutcome.Exclude, From: { } from, To: { } to } => ("anew.excluded", [Text(from), Text(to)]),
        { Outcome: ContestOutcome.Recalibrate, Behaviour: { } behaviour } =>
            ("anew.recalibrated", [Explanation.Words(behaviour), contest.Measures.First(measure => measure.Behaviour == behaviour).Factor ?? 1]),
        { Outcome: ContestOutcome.Disable, Behaviour: { } behaviour } => ("anew.disabled", [Explanation.Words(behaviour)]),
        _ => null,
    };

    private static string Text(string day) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var read) ? Text(read) : day;

    private static string Text(DateOnly day) => day.ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One thing that was left out or computed anew.</summary>
/// <param name="At">When.</param>
/// <param name="What">The key of the text that says it.</param>
/// <param name="Values">What stands in the text.</param>
public sealed record AnewRow(DateTimeOffset At, string What, object[] Values)
{
    /// <summary>The contest that decided it; 0 for none.</summary>
    public long Contest { get; init; }

    /// <summary>The line of the audit log that says it; 0 for none.</summary>
    public long Line { get; init; }

    /// <summary>Why, where it is in no contest and in no line.</summary>
    public string Reason { get; init; } = "";
}
