using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// One listener's place in the order of the commits. A number that is missing may belong to a commit of another sink that is not through yet: it is
/// waited for, a while; then it counts as one that was taken back.
/// </summary>
internal sealed class LiveReading(LiveTables tables, long after, TimeProvider time)
{
    /// <summary>A batch is 500 records at most and is committed in well under a second; a sink that is killed leaves its number empty.</summary>
    public static readonly TimeSpan PatienceForGaps = TimeSpan.FromSeconds(5);

    private const int BatchesAtOnce = 20;

    private long _after = after;
    private long _gapSince;

    /// <summary>What was committed since the last time, oldest first; empty where nothing was.</summary>
    public IReadOnlyList<LiveBatch> Next()
    {
        var batches = tables.After(_after, BatchesAtOnce);
        var taken = 0;
        foreach (var batch in batches)
        {
            if (batch.Id != _after + 1 && !IsGivenUp())
                break;
            _gapSince = 0;
            _after = batch.Id;
            taken++;
        }

        return [.. batches.Take(taken)];
    }

    private bool IsGivenUp()
    {
        if (_gapSince == 0)
            _gapSince = time.GetTimestamp();
        return time.GetElapsedTime(_gapSince) >= PatienceForGaps;
    }
}

/// <summary>How many may listen at once: so many in all, and of one address a tenth of that, at least one.</summary>
internal sealed class LivePlaces(int max)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>False where there is none.</summary>
    public bool TryTake(string address)
    {
        lock (_counting)
        {
            var own = _taken.GetValueOrDefault(address);
            if (_all >= max || own >= Math.Max(1, max / 10))
                return false;
            _taken[address] = own + 1;
            _all++;
            return true;
        }
    }

    public void Free(string address)
    {
        lock (_counting)
        {
            _all--;
            if (--_taken[address] == 0)
                _taken.Remove(address);
        }
    }
}
