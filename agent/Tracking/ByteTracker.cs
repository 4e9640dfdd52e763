using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tracking;

/// <summary>
/// Joins detections to tracks over time by their places alone, without any look at appearance. After ByteTrack (Zhang et al.,
/// ECCV 2022): poor detections may continue a track, only sure ones start one. Unlike there both are assigned to the confirmed
/// tracks in one go, the poor at a price: in two goes, where people meet, the sure box of one is given to the track of another
/// whose own box is poor, and ids change hands. What is left and sure goes to tracks still to be confirmed or starts one. On
/// top of it: overlap with a margin (C-BIoU, Yang et al., WACV 2023), a speed gate, measurement noise that grows where people
/// overlap, a longer life for tracks that are hidden behind others, and a new track that continues a lost one where motion
/// explains it.
/// Deterministic; allocates nothing once its lists have grown; for one camera and one thread.
/// </summary>
public sealed class ByteTracker(ByteTrackerOptions options)
{
    private readonly Association _association = new(options);
    private readonly List<TrackState> _tracks = [];
    private readonly Stack<TrackState> _spare = [];
    private readonly List<TrackState> _candidates = [];
    private readonly List<int> _free = [];
    private DateTimeOffset _at;
    private int _lastId;

    /// <summary>
    /// Takes in one frame. Both lists are cleared first. Time gaps are fine: tracks end as their time runs out. A clock that
    /// went backwards ends every track, because no speed can be told across it.
    /// </summary>
    /// <param name="detections">Of this frame, any order; boxes that are no boxes are ignored.</param>
    /// <param name="at">When the frame was taken.</param>
    /// <param name="tracks">Filled with the confirmed tracks that are seen, or well known and predicted for a moment.</param>
    /// <param name="ended">Filled with the ids of confirmed tracks that will not come back.</param>
    public void Update(ReadOnlySpan<Detection> detections, DateTimeOffset at, List<Track> tracks, List<int> ended)
    {
        tracks.Clear();
        ended.Clear();
        var seconds = Math.Max(0, (at - _at).TotalSeconds);
        EndExpired(isAll: at < _at, at, ended);
        _at = at;
        foreach (var track in _tracks)
            track.Predict(seconds, options.Motion);

        Gather(detections);
        Associate(detections, isConfirmed: true, options.OverlapMin);
        DropPoor(detections);
        Associate(detections, isConfirmed: false, options.OverlapMinTentative);
        foreach (var index in _free)
            Start(detections[index]);
        Confirm();
        NoteMisses(seconds);
        GiveOut(tracks);
    }

    private void EndExpired(bool isAll, DateTimeOffset at, List<int> ended)
    {
        for (var i = _tracks.Count - 1; i >= 0; i--)
        {
            var track = _tracks[i];
            if (!isAll && !IsExpired(track, track.UnseenSeconds(at)))
                continue;
            if (track.IsConfirmed)
                ended.Add(track.Id);
            Forget(i);
        }
    }

    // One that was seen in the last frame has missed nothing yet, however slowly the frames come.
    private bool IsExpired(TrackState track, double unseen) => track.IsConfirmed
        ? unseen > options.HiddenSeconds || track.MissingSeconds > options.MissingSeconds
        : unseen > (track.IsSeen ? options.MissingSeconds : options.FlickerSeconds);

    private void Forget(int index)
    {
        _spare.Push(_tracks[index]);
        _tracks.RemoveAt(index);
    }

    private void Gather(ReadOnlySpan<Detection> detections)
    {
        _free.Clear();
        for (var i = 0; i < detections.Length; i++)
        {
            var box = detections[i].Box;
            var isBox = box.Width >= 1 && box.Height >= 1 && float.IsFinite(box.Left + box.Top + box.Right + box.Bottom);
            if (isBox && detections[i].Confidence >= options.ScoreLow)
                _free.Add(i);
        }
    }

    private void DropPoor(ReadOnlySpan<Detection> detections)
    {
        for (var i = _free.Count - 1; i >= 0; i--)
        {
            if (detections[_free[i]].Confidence < options.ScoreHigh)
                _free.RemoveAt(i);
        }
    }

    private void Associate(ReadOnlySpan<Detection> detections, bool isConfirmed, double overlapMin)
    {
        _candidates.Clear();
        foreach (var track in _tracks)
        {
            if (track.IsConfirmed == isConfirmed)
                _candidates.Add(track);
        }

        var matches = _association.Match(_candidates, detections, _free, (_at, overlapMin));
        for (var i = 0; i < matches.Length; i++)
        {
            if (matches[i] < 0)
                continue;
            var detection = detections[_free[matches[i]]];
            _free[matches[i]] = -1;
            _candidates[i].Take(detection, _at, NoiseFactor(_candidates[i], detection), options.Motion);
            if (detection.Confidence >= options.ScoreHigh)
                _candidates[i].NoteSure(_at);
        }

        _free.RemoveAll(static index => index < 0);
    }

    private double NoiseFactor(TrackState track, in Detection detection)
    {
        var crowd = 0f;
        foreach (var other in _tracks)
        {
            var isThere = other != track && other.IsConfirmed && other.UnseenSeconds(_at) < options.Motion.CrowdSeconds;
            if (isThere)
                crowd = MathF.Max(crowd, other.Predicted.Overlap(detection.Box));
        }

        return (1 + (options.Motion.ScoreNoise * (1 - detection.Confidence))) * (1 + (options.Motion.CrowdNoise * crowd));
    }

    private void Start(in Detection detection)
    {
        var track = _spare.Count > 0 ? _spare.Pop() : new TrackState();
        track.Start(detection, _at, options.Motion);
        _tracks.Add(track);
    }

    private void Confirm()
    {
        for (var i = 0; i < _tracks.Count; i++)
        {
            var track = _tracks[i];
            if (track.IsConfirmed || track.Evidence < options.EvidenceMin)
                continue;
            var lost = FindLost(track);
            if (lost < 0)
            {
                track.Confirm(++_lastId);
                continue;
            }

            track.Continue(_tracks[lost]);
            Forget(lost);
            i -= lost < i ? 1 : 0;
        }
    }

    /// <summary>The lost track nearest to where this one should have come from, or -1.</summary>
    private int FindLost(TrackState found)
    {
        var (nearest, distance) = (-1, 1.0);
        for (var i = 0; i < _tracks.Count && options.RelinkReach > 0; i++)
        {
            var lost = _tracks[i];
            var wasLostBefore = lost.IsConfirmed && !lost.IsSeen && lost.SeenAt < found.StartedAt;
            if (wasLostBefore && _association.RelinkDistance(lost, found) is var d && d < distance)
                (nearest, distance) = (i, d);
        }

        return nearest;
    }

    private void NoteMisses(double seconds)
    {
        foreach (var track in _tracks)
        {
            if (!track.IsSeen)
                track.Miss(seconds, IsHidden(track));
        }
    }

    private bool IsHidden(TrackState track)
    {
        var box = track.Box;
        foreach (var other in _tracks)
        {
            if (other.IsSeen && Covered(box, other.Box) > options.CoverMin * box.Area)
                return true;
        }

        return false;
    }

    private static float Covered(in Box box, in Box by)
    {
        var width = MathF.Min(box.Right, by.Right) - MathF.Max(box.Left, by.Left);
        var height = MathF.Min(box.Bottom, by.Bottom) - MathF.Max(box.Top, by.Top);
        return MathF.Max(0, width) * MathF.Max(0, height);
    }

    private void GiveOut(List<Track> tracks)
    {
        foreach (var track in _tracks)
        {
            if (track.IsConfirmed && (track.IsSeen || IsCredible(track)))
                tracks.Add(track.ToTrack());
        }
    }

    private bool IsCredible(TrackState track)
    {
        var seconds = track.MissingSeconds > 0 ? options.PredictSeconds : options.PredictHiddenSeconds;
        return track.Evidence >= options.PredictEvidenceMin && track.UnseenSeconds(_at) <= seconds;
    }
}
