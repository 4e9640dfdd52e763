using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tracking;

/// <summary>
/// The plainest trackers there are, to compare with: SORT (Bewley et al., Simple Online and Realtime Tracking, ICIP 2016, with
/// the noise of its published code) and the same without a motion model, where a detection is compared with the last box.
/// Both: assignment by overlap of at least 0.3; a track ends after two frames unseen and is given out once it was seen in three
/// frames on end after its first.
/// </summary>
public static class BaselineTracking
{
    private const double OverlapMin = 0.3;
    private const int UnseenFramesMax = 1;
    private const int HitsMin = 3;

    /// <summary>Tracks in order of frames.</summary>
    /// <param name="detections">Any order of frames.</param>
    /// <param name="hasMotion">SORT; otherwise overlap alone.</param>
    /// <param name="scoreMin">Detections below are left out: neither tracker makes use of poor ones.</param>
    public static List<MotRow> Run(IReadOnlyList<MotRow> detections, bool hasMotion, double scoreMin = double.NegativeInfinity)
    {
        var byFrame = detections.Where(d => d.Confidence >= scoreMin).ToLookup(d => d.Frame);
        var (first, last) = detections.Count == 0 ? (1, 0) : (detections.Min(d => d.Frame), detections.Max(d => d.Frame));
        var assignment = new Assignment();
        var (tracks, rows, lastId) = (new List<Target>(), new List<MotRow>(), 0);
        for (var frame = first; frame <= last; frame++)
        {
            foreach (var track in tracks)
                track.Predict();
            var boxes = byFrame[frame].ToList();
            var matches = Match(assignment, tracks, boxes);
            for (var i = 0; i < matches.Length; i++)
            {
                if (matches[i] >= 0)
                    tracks[i].Take(boxes[matches[i]]);
            }

            for (var i = 0; i < boxes.Count; i++)
            {
                if (matches.Contains(i))
                    continue;
                tracks.Add(new Target(++lastId, hasMotion));
                tracks[^1].Take(boxes[i]);
            }

            var isWarm = frame - first < HitsMin;
            rows.AddRange(tracks
                .Where(t => t.UnseenFrames == 0 && (isWarm || t.Streak >= HitsMin))
                .Select(t => new MotRow(frame, t.Id, t.Box, t.Confidence)));
            tracks.RemoveAll(t => t.UnseenFrames > UnseenFramesMax);
        }

        return rows;
    }

    private static int[] Match(Assignment assignment, List<Target> tracks, List<MotRow> boxes)
    {
        assignment.Begin(tracks.Count, boxes.Count);
        for (var row = 0; row < tracks.Count; row++)
        {
            for (var column = 0; column < boxes.Count; column++)
                assignment.SetCost(row, column, 1 - tracks[row].Box.Overlap(boxes[column].Box));
        }

        return assignment.Solve(1 - OverlapMin).ToArray();
    }

    /// <summary>A track. Without motion it stays where it was seen.</summary>
    private sealed class Target(int id, bool hasMotion)
    {
        private readonly Axis _x = new(startVariance: 1e4, drift: 1e-2, noise: 1);
        private readonly Axis _y = new(startVariance: 1e4, drift: 1e-2, noise: 1);
        private readonly Axis _area = new(startVariance: 1e4, drift: 1e-4, noise: 10);
        private readonly Axis _aspect = new(startVariance: 0, drift: 0, noise: 10);

        public int Id => id;

        public Box Box { get; private set; }

        public float Confidence { get; private set; }

        public int UnseenFrames { get; private set; }

        /// <summary>Frames in which it was seen since its start, or since the last in which it was not.</summary>
        public int Streak { get; private set; } = -1;

        public void Predict()
        {
            Streak = UnseenFrames > 0 ? 0 : Streak;
            UnseenFrames++;
            if (!hasMotion)
                return;
            _x.Predict(1);
            _y.Predict(1);
            _area.Predict(_area.Value + _area.Velocity > 0 ? 1 : 0);
            _aspect.Predict(0);
            Box = Estimated();
        }

        public void Take(in MotRow row)
        {
            _x.Correct((row.Box.Left + row.Box.Right) / 2);
            _y.Correct((row.Box.Top + row.Box.Bottom) / 2);
            _area.Correct(row.Box.Area);
            _aspect.Correct(row.Box.Width / row.Box.Height);
            Box = hasMotion ? Estimated() : row.Box;
            (Confidence, UnseenFrames, Streak) = (row.Confidence, 0, Streak + 1);
        }

        private Box Estimated()
        {
            var width = Math.Sqrt(_area.Value * _aspect.Value);
            var height = _area.Value / width;
            return new Box(
                (float)(_x.Value - (width / 2)),
                (float)(_y.Value - (height / 2)),
                (float)(_x.Value + (width / 2)),
                (float)(_y.Value + (height / 2)));
        }
    }

    /// <summary>Kalman filter of one quantity and its velocity, a step a frame. Starts at what it is first given.</summary>
    private sealed class Axis(double startVariance, double drift, double noise)
    {
        private double _variance = 10;
        private double _cross;
        private double _velocityVariance = startVariance;
        private bool _isStarted;

        public double Value { get; private set; }

        public double Velocity { get; private set; }

        /// <param name="share">Of the velocity: 0 holds the value where it is.</param>
        public void Predict(double share)
        {
            Velocity *= share;
            Value += Velocity;
            _variance += (2 * _cross) + _velocityVariance + 1;
            _cross += _velocityVariance;
            _velocityVariance += drift;
        }

        public void Correct(double measured)
        {
            if (!_isStarted)
            {
                (Value, _isStarted) = (measured, true);
                return;
            }

            var total = _variance + noise;
            var (gain, velocityGain) = (_variance / total, _cross / total);
            var surprise = measured - Value;
            Value += gain * surprise;
            Velocity += velocityGain * surprise;
            _velocityVariance -= velocityGain * _cross;
            _cross *= 1 - gain;
            _variance *= 1 - gain;
        }
    }
}
