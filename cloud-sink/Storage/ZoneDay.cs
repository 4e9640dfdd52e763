namespace SocialCredit.Edge.Sink.Storage;

/// <summary>One zone on one UTC day: the row that a score is made of (contract, section 5).</summary>
/// <param name="Zone">Its name.</param>
/// <param name="Date">The UTC day in which the windows start.</param>
/// <param name="Windows">Records of whatever status.</param>
/// <param name="Released">Records with status <c>ok</c>: <c>m</c>.</param>
/// <param name="Seconds">The windows' lengths added up.</param>
/// <param name="CoverageTenths">The coverage of all windows added up; the mean is this divided by ten times the windows.</param>
/// <param name="Passages">Noised, added up over the released windows.</param>
/// <param name="Counts">By behaviour, noised, may be negative; only behaviours that the records of the day listed.</param>
public sealed record ZoneDay(
    string Zone,
    DateOnly Date,
    int Windows,
    int Released,
    long Seconds,
    int CoverageTenths,
    long Passages,
    IReadOnlyDictionary<string, long> Counts);
