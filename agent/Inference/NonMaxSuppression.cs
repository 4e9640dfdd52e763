using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// Keeps the surest of boxes that overlap, class by class: greedy, in order of confidence. Holds candidates of one frame in
/// room that is reserved once; not thread-safe.
/// </summary>
internal sealed class NonMaxSuppression(int candidatesMax, float overlapMax)
{
    private readonly Detection[] _candidates = new Detection[candidatesMax];
    private readonly float[] _order = new float[candidatesMax];
    private int _count;

    /// <exception cref="IndexOutOfRangeException">More than the room that was reserved.</exception>
    public void Add(in Detection candidate)
    {
        _candidates[_count] = candidate;
        _order[_count++] = -candidate.Confidence;
    }

    /// <summary>Adds those that remain, surest first, and forgets all candidates.</summary>
    public void MoveTo(List<Detection> detections)
    {
        var candidates = _candidates.AsSpan(0, _count);
        _order.AsSpan(0, _count).Sort(candidates);
        var kept = 0;
        foreach (ref readonly var candidate in candidates)
        {
            // The kept ones move to the front of the same room: never past the one that is being read.
            if (!IsCovered(candidate, candidates[..kept]))
                candidates[kept++] = candidate;
        }

        foreach (ref readonly var candidate in candidates[..kept])
            detections.Add(candidate);
        _count = 0;
    }

    private bool IsCovered(in Detection candidate, ReadOnlySpan<Detection> kept)
    {
        foreach (ref readonly var surer in kept)
        {
            if (surer.Class == candidate.Class && surer.Box.Overlap(candidate.Box) > overlapMax)
                return true;
        }

        return false;
    }
}
