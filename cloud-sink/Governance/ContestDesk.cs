using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>
/// How anyone objects to a score and what must come of it: open, acknowledged within 3 days, re-measured within 14 by a staged test of at
/// least 50 events, decided within 30. All of it is public but the words of who objects, who gives no name and gets a receipt.
/// </summary>
internal sealed class ContestDesk(Database database, TimeProvider time)
{
    /// <summary>A staged test has at least so many events.</summary>
    public const int EventsMin = 50;

    public const int WordsLengthMax = 1000;

    /// <summary>A test has no more; above it somebody mistyped.</summary>
    private const long EventsMax = 1_000_000;

    private const int ReceiptLength = 16, ReceiptGroup = 4;

    // 32 of them, so that each letter is 5 bits; none is misread for another.
    private const string ReceiptLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly ContestTables _tables = new(database);

    /// <summary>Opens a contest, or joins the one of the same zone, behaviour and reason that is not decided yet.</summary>
    /// <param name="zone">One of the store's; the caller has found it.</param>
    /// <param name="behaviour">One that the zone is measured for; null for the zone as a whole.</param>
    /// <param name="reason">Of the closed list.</param>
    /// <param name="words">For the operator alone, at most 1,000 characters; null or empty for none. Gone when the contest is decided.</param>
    /// <returns>The receipt, with which its holder and nobody else finds the contest as theirs; told once. Or why not.</returns>
    public (string? Receipt, long Number, string Fault) Open(string zone, string? behaviour, ContestReason reason, string? words)
    {
        if (!Names.IsValid(zone))
            return (null, 0, "A zone's name is 3 to 32 of a-z, 0-9 and '-'.");
        if (behaviour is not null && Behaviours.Find(behaviour) is not { IsScored: true })
            return (null, 0, "No score has such a behaviour.");
        if (!Enum.IsDefined(reason))
            return (null, 0, "This is none of the reasons.");
        if (words?.Length > WordsLengthMax)
            return (null, 0, $"Write at most {WordsLengthMax} characters.");
        var receipt = RandomNumberGenerator.GetString(ReceiptLetters, ReceiptLength);
        var contest = new Contest { Number = 0, Zone = zone, Behaviour = behaviour, Reason = reason, OpenedAt = time.GetUtcNow() };
        var (number, isKept) = _tables.Open(contest, (HashOf(receipt), string.IsNullOrWhiteSpace(words) ? null : words.Trim()), given => Entry(
            AuditKind.ContestOpened, contest with { Number = given }, "anyone", ("zone", zone), ("behaviour", behaviour ?? "all"), ("reason", WordOf(reason))));
        if (!isKept)
            return (null, number, $"So many have objected to this that no more are kept. It is contest {number}, which anyone can follow.");
        return (string.Join('-', receipt.Chunk(ReceiptGroup).Select(group => new string(group))), number, "");
    }

    /// <summary>The operator has read it.</summary>
    /// <param name="number">Of the contest.</param>
    /// <param name="by">A role or the id of a key, never a name.</param>
    /// <returns>Null, or why not.</returns>
    public string? Acknowledge(long number, string by) => Change(number, contest => contest.State == ContestState.Open
        ? (contest with { AcknowledgedAt = time.GetUtcNow() }, "")
        : (null, $"Contest {number} is {WordOf(contest.State)} already."),
        contest => [Entry(AuditKind.ContestAcknowledged, contest, by)]);

    /// <summary>Takes what a staged test gave; again for another behaviour, or in place of an earlier test.</summary>
    /// <inheritdoc cref="Acknowledge"/>
    public string? Remeasure(long number, ContestMeasure measure, string by) => Change(number, contest =>
    {
        if (contest.State is not (ContestState.Acknowledged or ContestState.Remeasured))
            return (null, contest.State == ContestState.Open ? $"Acknowledge contest {number} first." : $"Contest {number} is decided.");
        if (Behaviours.Find(measure.Behaviour) is not { IsScored: true })
            return (null, $"No score has a behaviour '{measure.Behaviour}'.");
        if (contest.Behaviour is { } contested && contested != measure.Behaviour)
            return (null, $"Contest {number} is about {contested}: measure that.");
        if (measure is not { TruePositives: >= 0 and <= EventsMax, FalsePositives: >= 0 and <= EventsMax, Misses: >= 0 and <= EventsMax })
            return (null, $"True positives, false positives and misses are whole numbers from 0 to {EventsMax}.");
        if (measure.Events < EventsMin)
            return (null, $"A test has at least {EventsMin} staged events; true positives and misses make {measure.Events}.");
        return (contest with
        {
            RemeasuredAt = time.GetUtcNow(),
            Measures = [.. contest.Measures.Where(other => other.Behaviour != measure.Behaviour), measure],
        }, "");
    }, contest => [Entry(
        AuditKind.ContestRemeasured, contest, by, ("behaviour", measure.Behaviour), ("true_positives", Text(measure.TruePositives)),
        ("false_positives", Text(measure.FalsePositives)), ("misses", Text(measure.Misses)))]);

    /// <summary>
    /// Ends a contest. Who is right without a test may be told so at once: days are excluded or a behaviour is disabled as soon as it is
    /// acknowledged; to uphold a score or to calibrate anew, there must be a test.
    /// </summary>
    /// <inheritdoc cref="Acknowledge"/>
    public string? Decide(long number, ContestRuling ruling, string by) =>
        Change(number, contest => FaultOf(contest, ruling) is { } fault
            ? (null, fault)
            : (contest with { DecidedAt = time.GetUtcNow(), Ruling = ruling }, ""),
        contest => EntriesOf(contest, ruling, by));

    /// <summary>The public part of contests, the oldest first.</summary>
    /// <param name="zone">Null for every zone.</param>
    /// <param name="after">Those with a higher number; 0 for all.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<Contest> List(string? zone = null, long after = 0, int limit = 500) => _tables.List(zone, after, limit);

    public Contest? Find(long number) => _tables.Find(number);

    /// <summary>The contest of a receipt, however it was typed; null where there is none.</summary>
    public Contest? Find(string receipt)
    {
        var letters = string.Concat(receipt.Take(64).Where(c => c is not ('-' or ' ')).Select(char.ToUpperInvariant));
        return _tables.FindBy(HashOf(letters.Replace('O', '0').Replace('I', '1').Replace('L', '1')));
    }

    /// <summary>What objectors wrote: for the operator, never published, and nothing once it is decided.</summary>
    public IReadOnlyList<string> Words(long number) => _tables.Words(number);

    /// <summary>Names of values as files, lines and addresses write them: <c>camera-wrong</c>.</summary>
    public static string WordOf<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private string? Change(long number, Func<Contest, (Contest? Next, string Fault)> step, Func<Contest, IReadOnlyList<AuditEntry>> audit) =>
        _tables.Change(number, found => found is null ? (null, $"There is no contest {number}.") : step(found), audit);

    private static string? FaultOf(Contest contest, ContestRuling ruling)
    {
        var number = contest.Number;
        var mustBeMeasured = ruling.Outcome is ContestOutcome.Uphold or ContestOutcome.Recalibrate;
        return contest.State switch
        {
            ContestState.Open => $"Acknowledge contest {number} first.",
            ContestState.Decided => $"Contest {number} is decided.",
            ContestState.Acknowledged when mustBeMeasured => $"No score is upheld and no camera calibrated without a test: re-measure contest {number} first.",
            // All of a ruling is published, so nothing stands in it that has no meaning there.
            _ when ruling.Outcome != ContestOutcome.Exclude && (ruling.From ?? ruling.To) is not null => "Days stand in a ruling that excludes them, and in no other.",
            _ when ruling.Outcome is ContestOutcome.Uphold or ContestOutcome.Exclude && ruling.Behaviour is not null => $"A ruling to {WordOf(ruling.Outcome)} names no behaviour.",
            _ => ruling.Outcome switch
            {
                ContestOutcome.Uphold => null,
                ContestOutcome.Exclude => DaysFault(ruling, contest.OpenedAt),
                ContestOutcome.Recalibrate => MeasuredFault(contest, ruling),
                _ => BehaviourFault(contest, ruling),
            },
        };
    }

    private static string? DaysFault(ContestRuling ruling, DateTimeOffset opened)
    {
        if (ruling is not { From: { } from, To: { } to } || to < from)
            return "Say which days no longer count: the first and the last.";
        // Days to come would be a way to stop measuring a place without saying so.
        return to > DateOnly.FromDateTime(opened.UtcDateTime) ? $"Days after the opening of the contest, {opened:yyyy-MM-dd}, cannot be excluded by it." : null;
    }

    private static string? MeasuredFault(Contest contest, ContestRuling ruling) =>
        contest.Measures.FirstOrDefault(measure => measure.Behaviour == ruling.Behaviour) switch
        {
            null => $"Contest {contest.Number} has no test of that behaviour; there are {string.Join(", ", contest.Measures.Select(measure => measure.Behaviour))}.",
            { Factor: null } => $"Of {ruling.Behaviour} nothing was seen rightly: no factor makes a count of that. Disable it.",
            { Factor: < CalibrationReader.FactorMin or > CalibrationReader.FactorMax } =>
                $"The camera's factor for {ruling.Behaviour} would be outside of {CalibrationReader.FactorMin} to {CalibrationReader.FactorMax}. Disable it.",
            _ => null,
        };

    private static string? BehaviourFault(Contest contest, ContestRuling ruling)
    {
        if (ruling.Behaviour is null || Behaviours.Find(ruling.Behaviour) is not { IsScored: true })
            return "Say which behaviour no longer counts for the zone.";
        return contest.Behaviour is { } contested && contested != ruling.Behaviour ? $"Contest {contest.Number} is about {contested}." : null;
    }

    private List<AuditEntry> EntriesOf(Contest contest, ContestRuling ruling, string by)
    {
        var entries = new List<AuditEntry>
        {
            Entry(AuditKind.ContestDecided, contest, by, [("zone", contest.Zone), ("outcome", WordOf(ruling.Outcome)), .. ruling.Behaviour is { } named ? [("behaviour", named)] : Array.Empty<(string, string)>()]),
        };
        var of = ("contest", Text(contest.Number));
        if (ruling is { Outcome: ContestOutcome.Exclude, From: { } from, To: { } to })
            entries.Add(new(AuditKind.RowsExcluded, contest.Zone, by, time.GetUtcNow()) { Detail = [of, ("from", $"{from:yyyy-MM-dd}"), ("to", $"{to:yyyy-MM-dd}")] });
        if (ruling.Outcome == ContestOutcome.Recalibrate)
        {
            var factor = contest.Measures.First(measure => measure.Behaviour == ruling.Behaviour).Factor!.Value;
            entries.Add(new(AuditKind.CalibrationChanged, contest.Zone, by, time.GetUtcNow())
            {
                Detail = [of, ("behaviour", ruling.Behaviour!), ("factor", factor.ToString("R", CultureInfo.InvariantCulture))],
            });
        }

        return entries;
    }

    private AuditEntry Entry(AuditKind kind, Contest contest, string by, params (string, string)[] detail) =>
        new(kind, Text(contest.Number), by, time.GetUtcNow()) { Detail = detail };

    private static string HashOf(string receipt) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(receipt)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
