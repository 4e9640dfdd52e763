using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>The rulings in force, read again as soon as the audit log has a new line: whichever sink or command decided them.</summary>
internal sealed class ActiveRulings(AuditTables audit, ContestTables contests)
{
    private const int PageContests = 1000;

    private readonly Lock _reading = new();
    private volatile Kept? _kept;

    /// <summary>The same instance as long as nothing was decided.</summary>
    public RulingsFile Current
    {
        get
        {
            var number = audit.Head().Number;
            if (_kept is { } kept && kept.Number == number)
                return kept.File;
            lock (_reading)
            {
                // The number was read before the contests: what comes between is read again.
                var read = RulingsFile.Of(Rulings.Of(All()));
                var isSame = _kept is { } before && before.File.Bytes.Span.SequenceEqual(read.Bytes.Span);
                _kept = new Kept(number, isSame ? _kept!.File : read);
                return _kept.File;
            }
        }
    }

    private IEnumerable<Contest> All()
    {
        long after = 0;
        while (contests.List(null, after, PageContests) is { Count: > 0 } page)
        {
            foreach (var contest in page)
                yield return contest;
            after = page[^1].Number;
        }
    }

    private sealed record Kept(long Number, RulingsFile File);
}
