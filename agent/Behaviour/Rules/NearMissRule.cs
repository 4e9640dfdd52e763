using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.InteropServices;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Rules;

/// <summary>
/// Two road users, one of them at least on wheels, cross the same place less than 1.5 s apart, or would collide within 1.5 s if
/// both went on as they do. Once per pair until they have been apart for a while. Sees nothing below 10 frames a second.
/// </summary>
internal sealed class NearMissRule(NearMissRule.Options options, Zone zone) : IBehaviourRule
{
    public const string Behaviour = "near_miss";

    /// <summary>In m/s. Who is slower, or comes nearer more slowly, can stop at once: a choice, a brisk walk.</summary>
    private const float SpeedMin = 1.5f;

    /// <summary>So long a collision course must hold, and over as many frames.</summary>
    private const double HoldSeconds = 0.19;

    private const int HoldFrames = 3;

    /// <summary>In metres, and in seconds: a pair is another one after it was so far apart for so long.</summary>
    private const float NearMetres = 10;

    private const double ApartSeconds = 3;

    private readonly Polygon _area = ShapeNames.PolygonOf(options.Area, zone);
    private readonly GroundPlane _ground = zone.Ground!;
    private readonly TrackMemory<GroundPath> _paths = new();
    private readonly List<Mover> _movers = new(64);
    private readonly List<Pair> _pairs = new(32);
    private FrameRate _rate = new();

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        _rate.Add(scene.CapturedAt);
        _movers.Clear();
        if (scene.WatchedSince <= scene.CapturedAt)
            Follow(scene);
        _paths.Forget(scene.Ended);
        if (_rate.IsTooLow)
            return;
        LeaveOutRiders();
        var movers = CollectionsMarshal.AsSpan(_movers);
        for (var i = 0; i < movers.Length; i++)
        {
            for (var k = i + 1; k < movers.Length; k++)
            {
                if (!movers[i].IsPerson || !movers[k].IsPerson)
                    Compare(movers[i], movers[k], scene.CapturedAt, events);
            }
        }

        for (var i = _pairs.Count - 1; i >= 0; i--)
        {
            if ((scene.CapturedAt - _pairs[i].LastAt).TotalSeconds > ApartSeconds)
                _pairs.RemoveAt(i);
        }
    }

    private void Follow(Scene scene)
    {
        foreach (var track in scene.Tracks)
        {
            var isRoadUser = track.Class is ObjectClass.Person or ObjectClass.Bicycle or ObjectClass.Vehicle;
            if (!track.IsSeen || !isRoadUser || !_area.Contains(track.Foot) || !_ground.TryToMetres(track.Foot, out var foot))
                continue;
            ref var path = ref _paths.Of(track.Id, out _);
            var at = new Vector2(foot.X, foot.Y);
            if (!path.Add(scene.CapturedAt, at) || !path.TryVelocity(scene.CapturedAt, Mover.VelocitySeconds, out var velocity))
                continue;
            if (!path.TryVelocity(scene.CapturedAt.AddSeconds(-Mover.VelocitySeconds), Mover.VelocitySeconds, out var before))
                before = velocity;
            _movers.Add(new Mover(track.Id, track.Class, at, velocity, before));
        }
    }

    /// <summary>Who moves with a bicycle or in a vehicle is a part of it, not a person in its way.</summary>
    private void LeaveOutRiders()
    {
        for (var i = _movers.Count - 1; i >= 0; i--)
        {
            if (_movers[i].IsPerson && IsRider(_movers[i]))
                _movers.RemoveAt(i);
        }
    }

    private bool IsRider(in Mover person)
    {
        foreach (var host in _movers)
        {
            var moves = !host.IsPerson && host.Speed >= 1;
            if (moves && Vector2.Distance(host.At, person.At) <= 2 && Vector2.Distance(host.Velocity, person.Velocity) <= 1)
                return true;
        }

        return false;
    }

    private void Compare(in Mover a, in Mover b, DateTimeOffset now, List<BehaviourEvent> events)
    {
        var isNear = Vector2.Distance(a.At, b.At) <= NearMetres;
        var known = Find(a.TrackId, b.TrackId);
        var pair = known >= 0 ? _pairs[known] : new Pair(a.TrackId, b.TrackId, now, 0, now, HasFired: false);
        if (pair.HasFired)
        {
            if (isNear)
                _pairs[known] = pair with { LastAt = now };
            return;
        }

        var isOnCourse = IsOnCollisionCourse(a, b);
        if (isOnCourse)
        {
            var goesOn = pair.Frames > 0 && (now - pair.LastAt).TotalSeconds < HoldSeconds + 0.1;
            pair = goesOn ? pair with { Frames = pair.Frames + 1, LastAt = now } : pair with { Since = now, Frames = 1, LastAt = now };
        }
        else
        {
            pair = pair with { Frames = 0 };
        }

        var holds = pair.Frames >= HoldFrames && (now - pair.Since).TotalSeconds >= HoldSeconds;
        pair = pair with { HasFired = holds || CameAfter(a, b, now) || CameAfter(b, a, now) };
        if (pair.HasFired)
            events.Add(BehaviourEvent.Episode(Behaviour, a.TrackId, b.TrackId));
        if (known >= 0)
            _pairs[known] = pair;
        else if (isOnCourse || pair.HasFired)
            _pairs.Add(pair);
    }

    private int Find(int a, int b)
    {
        for (var i = 0; i < _pairs.Count; i++)
        {
            var (first, second) = (_pairs[i].First, _pairs[i].Second);
            if ((first == a && second == b) || (first == b && second == a))
                return i;
        }

        return -1;
    }

    private bool IsOnCollisionCourse(in Mover a, in Mover b)
    {
        var closingSpeed = Vector2.Distance(a.Velocity, b.Velocity);
        if (closingSpeed < SpeedMin || (!IsOnWheels(a, a.Speed) && !IsOnWheels(b, b.Speed)))
            return false;
        var seconds = Mover.SecondsToCollision(a, b);
        // Half a second of a walking box is half noise; who is on a course now is on it over a whole second too.
        return seconds < options.TimeToCollisionSeconds
            && Mover.SecondsToCollision(a.OverOneSecond, b.OverOneSecond) < options.TimeToCollisionSeconds
            && !(IsOnWheels(a, a.Speed) && a.StopsInTime(closingSpeed, seconds))
            && !(IsOnWheels(b, b.Speed) && b.StopsInTime(closingSpeed, seconds));
    }

    private static bool IsOnWheels(in Mover mover, float speed) => !mover.IsPerson && speed >= SpeedMin;

    /// <summary>
    /// Post-encroachment time (Allen, Shin and Cooper 1978, Analysis of traffic conflicts and collisions): the second stands where
    /// the first was less than so long ago, and the two ways cross there.
    /// </summary>
    private bool CameAfter(in Mover first, in Mover second, DateTimeOffset now)
    {
        ref readonly var path = ref _paths.Of(first.TrackId, out _);
        // A quarter of a metre, and what the second moves from one frame to the next.
        var reach = 0.25f + second.Speed * (float)_rate.LastSeconds / 2;
        var apart = Vector2.Distance(first.At, second.At);
        // Too far off to have come from there, even where it braked hard; most pairs end here.
        if (apart <= reach || apart > 10 + 2 * first.Speed * options.PostEncroachmentSeconds)
            return false;
        var (nearest, at) = (float.PositiveInfinity, now);
        for (var i = 1; i < path.Count && (now - path.Back(i).At).TotalSeconds < options.PostEncroachmentSeconds + 1; i++)
        {
            var (newer, older) = (path.Back(i - 1), path.Back(i));
            var share = ShareNearest(older.Metres, newer.Metres, second.At);
            var distance = Vector2.Distance(Vector2.Lerp(older.Metres, newer.Metres, share), second.At);
            if (distance < nearest)
                (nearest, at) = (distance, older.At + share * (newer.At - older.At));
        }

        return nearest <= reach
            && (now - at).TotalSeconds < options.PostEncroachmentSeconds
            && path.TryVelocity(at.AddSeconds(Mover.VelocitySeconds / 2), Mover.VelocitySeconds, out var then)
            && Mover.IsAcross(then, second.Velocity)
            && (IsOnWheels(first, then.Length()) || IsOnWheels(second, second.Speed));
    }

    /// <summary>Where on the way from one place to another a third is nearest, 0..1.</summary>
    private static float ShareNearest(Vector2 from, Vector2 to, Vector2 place)
    {
        var way = to - from;
        var length = way.LengthSquared();
        return length > 0 ? Math.Clamp(Vector2.Dot(place - from, way) / length, 0, 1) : 0;
    }

    private readonly record struct Pair(int First, int Second, DateTimeOffset Since, int Frames, DateTimeOffset LastAt, bool HasFired);

    public sealed record Options : RuleOptions
    {
        /// <summary>The second comes less than this after the first has left the place.</summary>
        [Range(0.1, 5.0)]
        public double PostEncroachmentSeconds { get; init; } = 1.5;

        /// <summary>Both would touch within less than this.</summary>
        [Range(0.1, 5.0)]
        public double TimeToCollisionSeconds { get; init; } = 1.5;

        /// <summary>Where both are; the whole zone if it is left out.</summary>
        public string? Area { get; init; }

        public override IEnumerable<ValidationResult> Check(Zone zone) =>
            ShapeNames.CheckGround(zone).Concat(ShapeNames.CheckArea(nameof(Area), Area, zone));

        public override IBehaviourRule Create(Zone zone) => new NearMissRule(this, zone);
    }
}
