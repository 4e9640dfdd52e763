using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tracking;

/// <summary>Runs the tracker over a list of MOT detections, exactly as the agent runs it over frames.</summary>
public static class OfflineTracking
{
    // The scale on which the tracker's score limits are chosen: detectors give out what they score from here to 1.
    private const float Lowest = 0.1f;

    // A hundredth at either end is left out of the range, so that one stray score cannot squeeze all others.
    private const double Stray = 0.01;

    /// <summary>Tracks in order of frames. All detections are taken to be persons: the format has no class.</summary>
    /// <param name="detections">Any order of frames; confidences of any range, see <see cref="Rescaled"/>.</param>
    /// <param name="framesPerSecond">Above 0.</param>
    public static List<MotRow> Run(IReadOnlyList<MotRow> detections, double framesPerSecond, ByteTrackerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(framesPerSecond);
        var byFrame = Rescaled(detections).ToLookup(r => r.Frame, r => new Detection(r.Box, ObjectClass.Person, r.Confidence));
        var tracker = new ByteTracker(options);
        var rows = new List<MotRow>();
        var (tracks, ended) = (new List<Track>(), new List<int>());
        var (first, last) = detections.Count == 0 ? (1, 0) : (detections.Min(r => r.Frame), detections.Max(r => r.Frame));
        for (var frame = first; frame <= last; frame++)
        {
            tracker.Update([.. byFrame[frame]], DateTimeOffset.UnixEpoch.AddSeconds(frame / framesPerSecond), tracks, ended);
            foreach (var track in tracks)
                rows.Add(new MotRow(frame, track.Id, track.Box, track.Confidence));
        }

        return rows;
    }

    /// <summary>
    /// Brings the confidences of a file to one scale. Public detections come as probabilities cut at 0.5, as votes up to some
    /// hundreds or as distances around 0; what the tracker needs to know is only which are among a detector's weakest and
    /// which among its surest. So the file's own range, less one hundredth at either end, becomes 0.1..1. Files that are on
    /// that scale already (within 0..1, from 0.15 or below to above 0.5) stay as they are; where all are equal, all are 1.
    /// </summary>
    public static IReadOnlyList<MotRow> Rescaled(IReadOnlyList<MotRow> detections)
    {
        if (detections.Count == 0)
            return detections;
        var sorted = detections.Select(r => r.Confidence).Order().ToArray();
        var strays = (int)(Stray * sorted.Length);
        var (low, high) = (sorted[strays], sorted[^(strays + 1)]);
        var isScaled = sorted[0] >= 0 && sorted[^1] <= 1 && low <= 0.15f && high > 0.5f;
        if (isScaled)
            return detections;
        return [.. detections.Select(r => r with { Confidence = Scale(r.Confidence, low, high) })];
    }

    private static float Scale(float confidence, float low, float high) => high > low
        ? Math.Clamp(Lowest + ((1 - Lowest) * (confidence - low) / (high - low)), Lowest, 1)
        : 1;
}
