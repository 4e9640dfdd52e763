namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>What was released of one zone on one UTC day: one line of the public rows.csv.</summary>
/// <param name="Date">The UTC day in which the windows started.</param>
/// <param name="Windows">Windows that the sink received, released or not.</param>
/// <param name="Released">Windows with status <c>ok</c>; only these carry counts.</param>
/// <param name="Passages">Noised, summed over the released windows; never negative, by the release rule.</param>
/// <param name="Counts">Noised, summed, may be negative. A behaviour that is missing was not measured that day.</param>
internal sealed record DayRow(DateOnly Date, int Windows, int Released, long Passages, IReadOnlyDictionary<string, long> Counts);
