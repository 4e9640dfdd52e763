namespace SocialCredit.Edge.Host.Evaluation.Events;

/// <summary>
/// Pairs true events with seen ones, one to one, of the same behaviour (and line and direction), at most so many seconds apart.
/// Taken in order of time, the earliest free one each, which makes the largest number of pairs there is.
/// </summary>
internal static class EventMatching
{
    public const double ApartSecondsMax = 10;

    /// <summary>For each true event the index of the seen one, or -1.</summary>
    public static int[] Match(IReadOnlyList<TimedEvent> truth, IReadOnlyList<TimedEvent> seen)
    {
        var pairs = Enumerable.Repeat(-1, truth.Count).ToArray();
        var isTaken = new bool[seen.Count];
        var inTime = Enumerable.Range(0, seen.Count).OrderBy(i => seen[i].Seconds).ToArray();
        foreach (var t in Enumerable.Range(0, truth.Count).OrderBy(i => truth[i].Seconds))
        {
            foreach (var s in inTime)
            {
                var isSame = seen[s] with { Seconds = 0 } == truth[t] with { Seconds = 0 };
                if (isTaken[s] || !isSame || Math.Abs(seen[s].Seconds - truth[t].Seconds) > ApartSecondsMax)
                    continue;
                (pairs[t], isTaken[s]) = (s, true);
                break;
            }
        }

        return pairs;
    }
}
