using System.Runtime.InteropServices;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>Where whole, upright persons were seen in a clip: places and sizes only, kept in RAM for one calibration.</summary>
public sealed class WalkerSightings
{
    /// <summary>A person who is cut off by the picture's edge has lost head or feet.</summary>
    private const float EdgeShare = 0.01f;

    /// <summary>Width over height of an upright person, on the picture.</summary>
    private static readonly (float Min, float Max) Slimness = (0.2f, 0.7f);

    /// <summary>Of the own height; a person who stands still is seen once.</summary>
    private const double PlaceStepHeights = 0.25;

    private const double PaceSeconds = 2;
    private const double PaceEverySeconds = 1;
    private const double MeanOverSeconds = 0.25;

    private readonly SortedDictionary<int, List<Sighting>> _tracks = [];
    private DateTimeOffset? _start;

    /// <summary>Width over height of the frames.</summary>
    public double Aspect { get; private set; } = 1;

    /// <summary>Takes the persons of a frame who are whole: seen, upright, off the edge, and covered by nobody.</summary>
    public void Add(Scene scene)
    {
        Aspect = scene.Aspect;
        _start ??= scene.CapturedAt;
        var seconds = (scene.CapturedAt - _start.Value).TotalSeconds;
        foreach (ref readonly var track in CollectionsMarshal.AsSpan(scene.Tracks))
        {
            if (track.Class != ObjectClass.Person || !track.IsSeen || !IsWhole(track, scene))
                continue;
            if (!_tracks.TryGetValue(track.Id, out var sightings))
                _tracks[track.Id] = sightings = [];
            sightings.Add(new Sighting(track.Id, seconds, (track.Foot.X - 0.5) * Aspect, track.Foot.Y - 0.5, track.Box.Height));
        }
    }

    /// <summary>
    /// One sighting at each place of each track, in order of tracks. Each is a mean: jitter of the foot moves the place and the
    /// height together, which would draw the fit towards a camera that is lower and looks up more.
    /// </summary>
    internal List<Sighting> Places()
    {
        var places = new List<Sighting>();
        foreach (var sightings in _tracks.Values)
        {
            Sighting? last = null;
            foreach (var sighting in sightings)
            {
                if (last is { } l && Length(l, sighting) < PlaceStepHeights * sighting.Height)
                    continue;
                if (MeanAt(sightings, sighting.Seconds) is { } mean)
                    places.Add(mean);
                last = sighting;
            }
        }

        return places;
    }

    /// <summary>Stretches of two seconds, in order of tracks, of persons who walked.</summary>
    internal List<Stride> Strides()
    {
        var strides = new List<Stride>();
        foreach (var sightings in _tracks.Values)
        {
            var next = double.NegativeInfinity;
            foreach (var sighting in sightings)
            {
                if (sighting.Seconds < next)
                    continue;
                next = sighting.Seconds + PaceEverySeconds;
                if (MeanAt(sightings, sighting.Seconds) is not { } from || MeanAt(sightings, sighting.Seconds + PaceSeconds) is not { } to)
                    continue;
                var isWalking = Length(from, to) > (from.Height + to.Height) / 4;
                if (isWalking)
                    strides.Add(new Stride(from, to));
            }
        }

        return strides;
    }

    private static bool IsWhole(in SceneTrack track, Scene scene)
    {
        var box = track.Box;
        var slimness = box.Width * scene.Aspect / box.Height;
        var isInside = box.Left > EdgeShare && box.Top > EdgeShare && box.Right < 1 - EdgeShare && box.Bottom < 1 - EdgeShare;
        if (!isInside || !(slimness > Slimness.Min && slimness < Slimness.Max))
            return false;
        foreach (ref readonly var other in CollectionsMarshal.AsSpan(scene.Tracks))
        {
            if (other.Id != track.Id && other.Box.Overlap(box) > 0)
                return false;
        }

        return true;
    }

    /// <summary>The mean of what was seen around a moment, so that one box's jitter counts less; null where it was seen on one side only.</summary>
    private static Sighting? MeanAt(List<Sighting> sightings, double seconds)
    {
        var from = sightings.FindIndex(s => s.Seconds >= seconds - MeanOverSeconds);
        var to = sightings.FindLastIndex(s => s.Seconds <= seconds + MeanOverSeconds);
        if (from < 0 || to < from)
            return null;
        var near = sightings.GetRange(from, to - from + 1);
        var mean = new Sighting(near[0].Track, near.Average(s => s.Seconds), near.Average(s => s.X), near.Average(s => s.Y), near.Average(s => s.Height));
        return Math.Abs(mean.Seconds - seconds) < MeanOverSeconds / 2 ? mean : null;
    }

    private static double Length(Sighting a, Sighting b) => Math.Sqrt(((b.X - a.X) * (b.X - a.X)) + ((b.Y - a.Y) * (b.Y - a.Y)));
}

/// <summary>A whole person at a moment; lengths in heights of the picture, the foot point from its middle, y down.</summary>
internal readonly record struct Sighting(int Track, double Seconds, double X, double Y, double Height);

/// <summary>A person at the beginning and at the end of some seconds of walking.</summary>
internal readonly record struct Stride(Sighting From, Sighting To)
{
    public double Seconds => To.Seconds - From.Seconds;
}
