using System.Runtime.CompilerServices;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tracking;

/// <summary>What is remembered of one object while it is tracked. Used again for another object after it ended.</summary>
internal sealed class TrackState
{
    private KalmanFilter _motion;
    private Votes _votes;

    /// <summary>0 until confirmed.</summary>
    public int Id { get; private set; }

    public bool IsConfirmed => Id > 0;

    /// <summary>A detection of this frame belongs to it.</summary>
    public bool IsSeen { get; private set; }

    /// <summary>A detection of the frame before belonged to it.</summary>
    public bool WasSeen { get; private set; }

    /// <summary>Sum of the confidences of its detections.</summary>
    public double Evidence { get; private set; }

    /// <summary>For how long it has been unseen although nothing hid it.</summary>
    public double MissingSeconds { get; private set; }

    public ObjectClass Class { get; private set; }

    public float Confidence { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset SeenAt { get; private set; }

    public Box SeenBox { get; private set; }

    /// <summary>When a sure detection last belonged to it; its first one is sure.</summary>
    public DateTimeOffset SureAt { get; private set; }

    /// <summary>Where this frame's detections were expected to find it.</summary>
    public Box Predicted { get; private set; }

    /// <summary>Where it is believed to be now.</summary>
    public Box Box => _motion.Box;

    public void Start(in Detection detection, DateTimeOffset at, MotionOptions options)
    {
        _motion.Start(detection.Box, options);
        _votes = default;
        (Id, Evidence, Class, WasSeen) = (0, 0, detection.Class, false);
        (StartedAt, SureAt, Predicted) = (at, at, detection.Box);
        Note(detection, at);
    }

    public void Predict(double seconds, MotionOptions options)
    {
        (WasSeen, IsSeen) = (IsSeen, false);
        _motion.Predict(seconds, options);
        Predicted = _motion.Box;
    }

    public void Take(in Detection detection, DateTimeOffset at, double noiseFactor, MotionOptions options)
    {
        _motion.Correct(detection.Box, noiseFactor, options);
        Note(detection, at);
    }

    public void NoteSure(DateTimeOffset at) => SureAt = at;

    public void Miss(double seconds, bool isHidden)
    {
        if (!isHidden)
            MissingSeconds += seconds;
    }

    public void Confirm(int id) => Id = id;

    /// <summary>Becomes the continuation of a confirmed track.</summary>
    public void Continue(TrackState lost)
    {
        Id = lost.Id;
        Evidence += lost.Evidence;
        for (var i = 0; i < Votes.Length; i++)
            _votes[i] += lost._votes[i];
        Elect();
    }

    public double UnseenSeconds(DateTimeOffset at) => (at - SeenAt).TotalSeconds;

    public Track ToTrack() => new(Id, Class, Box, Confidence, IsSeen);

    private void Note(in Detection detection, DateTimeOffset at)
    {
        (IsSeen, SeenAt, SeenBox, MissingSeconds) = (true, at, detection.Box, 0);
        Confidence = detection.Confidence;
        Evidence += detection.Confidence;
        _votes[(int)detection.Class] += detection.Confidence;
        Elect();
    }

    /// <summary>The class with most confidence behind it; the present one stays where two are level.</summary>
    private void Elect()
    {
        for (var i = 0; i < Votes.Length; i++)
        {
            if (_votes[i] > _votes[(int)Class])
                Class = (ObjectClass)i;
        }
    }

    [InlineArray(Length)]
    private struct Votes
    {
        public const int Length = (int)ObjectClass.Object + 1;

        private double _first;
    }
}
