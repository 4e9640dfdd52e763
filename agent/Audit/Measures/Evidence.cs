using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Measures;

/// <summary>
/// The log of the likelihood ratio of the stated noise: how much more likely a record is if there was one more than everyone
/// else, whom the attacker knows exactly. No score tells the two worlds apart better (Neyman and Pearson, 1933).
/// </summary>
internal static class Evidence
{
    /// <summary>The stated parts of the total of 1.0.</summary>
    public const double EpsilonPassages = 0.4, EpsilonCounts = 0.6;

    /// <summary>Of one more passage.</summary>
    public static double OfPassage(IEnumerable<EventRecord> records, int others) =>
        Released(records).Sum(record => EpsilonPassages * Nearer(record.Passages, others));

    /// <summary>Of one more of the attacked behaviour.</summary>
    public static double OfDeed(IEnumerable<EventRecord> records, int others) =>
        Released(records).Sum(record => EpsilonCounts * Nearer(Count(record), others));

    /// <summary>The count of the attacked behaviour.</summary>
    public static long Count(EventRecord record) => record.Counts[0].Count;

    private static IEnumerable<EventRecord> Released(IEnumerable<EventRecord> records) =>
        records.Where(record => record.Status == RecordStatus.Ok);

    /// <summary>By how much the number is nearer to one more than to the others: 1 or -1.</summary>
    private static long Nearer(long number, int others) => Math.Abs(number - others) - Math.Abs(number - others - 1);
}
