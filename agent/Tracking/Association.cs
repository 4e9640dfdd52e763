using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tracking;

/// <summary>Says which detections may belong to which tracks, and how well they fit.</summary>
internal sealed class Association(ByteTrackerOptions options)
{
    private readonly Assignment _assignment = new();

    /// <summary>
    /// Pairs tracks and detections at the largest overlaps of predicted and detected boxes. Both lists hold what is still
    /// free. Gives for each track its place in <paramref name="free"/>, or -1; valid until the next call.
    /// </summary>
    public ReadOnlySpan<int> Match(
        List<TrackState> tracks,
        ReadOnlySpan<Detection> detections,
        List<int> free,
        (DateTimeOffset At, double OverlapMin) limits)
    {
        _assignment.Begin(tracks.Count, free.Count);
        for (var row = 0; row < tracks.Count; row++)
        {
            for (var column = 0; column < free.Count; column++)
                _assignment.SetCost(row, column, 1 - Fit(tracks[row], detections[free[column]], limits.At));
        }

        return _assignment.Solve(1 - limits.OverlapMin);
    }

    /// <summary>
    /// How far a lost track is from a new one that might continue it, as a share of the reach: below 1 it may. Where
    /// detections stop and start again further on, overlap says nothing; the predicted foot still does.
    /// </summary>
    public double RelinkDistance(TrackState lost, TrackState found)
    {
        var (from, to) = (lost.Predicted, found.Box);
        var isPossible = AreKin(lost.Class, found.Class) && AreOfOneSize(from, to)
            && IsReachable(lost, found.SeenBox, found.SeenAt);
        if (!isPossible)
            return double.PositiveInfinity;
        var gap = (found.StartedAt - lost.SeenAt).TotalSeconds;
        var reach = (options.RelinkReach + (options.RelinkReachPerSecond * gap)) * (from.Height + to.Height) / 2;
        return Math.Sqrt(Squared(from.Foot, to.Foot)) / reach;
    }

    /// <summary>Overlap less penalties, or minus infinity.</summary>
    private double Fit(TrackState track, in Detection detection, DateTimeOffset at)
    {
        if (!AreKin(track.Class, detection.Class) || !IsReachable(track, detection.Box, at))
            return double.NegativeInfinity;
        var isGap = track.UnseenSeconds(at) > options.FlickerSeconds;
        if (isGap && track.IsConfirmed && !AreOfOneSize(track.Predicted, detection.Box))
            return double.NegativeInfinity;
        var isPoor = detection.Confidence < options.ScoreHigh;
        if (isPoor && !track.WasSeen && (at - track.SureAt).TotalSeconds > options.PoorSeconds)
            return double.NegativeInfinity;
        var overlap = Grown(track.Predicted).Overlap(Grown(detection.Box));
        return overlap - (track.Class == detection.Class ? 0 : options.ClassPenalty) - (isPoor ? options.PoorPenalty : 0);
    }

    /// <summary>One class; or a rider, whom detectors call person in one frame and bicycle in the next.</summary>
    private static bool AreKin(ObjectClass a, ObjectClass b)
    {
        var mayRide = a is ObjectClass.Person or ObjectClass.Bicycle && b is ObjectClass.Person or ObjectClass.Bicycle;
        return a == b || mayRide;
    }

    private bool AreOfOneSize(in Box a, in Box b) =>
        Math.Max(a.Height, b.Height) <= options.HeightRatioMax * Math.Min(a.Height, b.Height);

    /// <summary>The speed gate: from where it was last seen, never from where it was predicted.</summary>
    private bool IsReachable(TrackState track, in Box box, DateTimeOffset at)
    {
        var speed = track.Class == ObjectClass.Vehicle ? options.VehicleSpeedMax : options.SpeedMax;
        var reach = (options.JitterMax + (speed * track.UnseenSeconds(at))) * track.SeenBox.Height;
        return Squared(Centre(track.SeenBox), Centre(box)) <= reach * reach;
    }

    private static Point Centre(in Box box) => new((box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2);

    private static double Squared(Point a, Point b)
    {
        var (x, y) = ((double)a.X - b.X, (double)a.Y - b.Y);
        return (x * x) + (y * y);
    }

    private Box Grown(in Box box)
    {
        var margin = (float)options.OverlapMargin;
        var (x, y) = (margin * box.Width, margin * box.Height);
        return new Box(box.Left - x, box.Top - y, box.Right + x, box.Bottom + y);
    }
}
