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

    /// <summary>Longer unseen, and what came after has nothing to do with it.</summary>
    private const double HiddenSecondsMax = 3;

    /// <summary>In metres, and in seconds: a pair is another one after it was so far apart for so long.</summary>
    private const float NearMetres = 10;

    private const double ApartSeconds = 3;

    private readonly Polygon _area = ShapeNames.PolygonOf(options.Area, zone);
    private readonly GroundPlane _ground = zone.Ground!;
    private readonly TrackMemory<GroundPath> _paths = new();
    private readonly List<Mover> _movers = new(64);
    private readonly TrackMemory<Sighted> _sighted = new();
    private readonly List<Pair> _pairs = new(32);
    private FrameRate _rate = new();

    public void Observe(Scene scene, List<BehaviourEvent> events)
    {
        _rate.Add(scene.CapturedAt);
        _movers.Clear();
        if (scene.WatchedSince <= scene.CapturedAt)
            Follow(scene);
        _paths.Forget(scene.Ended);
        _sighted.Forget(scene.Ended);
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

        CompareWithHidden(scene.CapturedAt, events);
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
            var mover = new Mover(track.Id, track.Class, at, velocity, before);
            _movers.Add(mover);
            _sighted.Of(track.Id, out _) = new Sighted(mover, scene.CapturedAt);
        }
    }

    /// <summary>A vehicle that comes right behind somebody hides him from the camera: he was there all the same.</summary>
    private void CompareWithHidden(DateTimeOffset now, List<BehaviourEvent> events)
    {
        foreach (var (id, sighted) in _sighted)
        {
            var isHidden = sighted.At < now && (now - sighted.At).TotalSeconds <= HiddenSecondsMax;
            for (var i = 0; isHidden && i < _movers.Count; i++)
            {
                var (second, known) = (_movers[i], Find(id, _movers[i].TrackId));
                var isOfInterest = !(second.IsPerson && sighted.Mover.IsPerson) && !(known >= 0 && _pairs[known].HasFired);
                if (!isOfInterest || !CameAfter(sighted.Mover, second, now))
                    continue;
                events.Add(BehaviourEvent.Episode(Behaviour, id, second.TrackId));
                var pair = new Pair(id, second.TrackId, now, 0, now, HasFired: true);
                if (known >= 0)
                    _pairs[known] = pair;
                else
                    _pairs.Add(pair);
            }
        }
    }

    /// <summary>Who moves with a bicycle or in a vehicle is a part of it, not a person in its way.</summary>
    private void LeaveOutRiders()
    {
        for (var i = _movers.Count - 1; i >= 0; i--)
        {
            if (!_movers[i].IsPerson || !IsRider(_movers[i]))
                continue;
            _sighted.Forget(_movers[i].TrackId);
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
    /// Post-encroachment time (Allen, Shin and Cooper 1978, Analysis of traffic conflicts and collisions): from when the first has
    /// left the place where the two ways cross to when the second comes to it. It is a place, not a point: each needs its time to
    /// bring the size of both over it.
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
        for (var i = 1; i < path.Count; i++)
        {
            var (newer, older) = (path.Back(i - 1), path.Back(i));
            var share = ShareNearest(older.Metres, newer.Metres, second.At);
            var distance = Vector2.Distance(Vector2.Lerp(older.Metres, newer.Metres, share), second.At);
            if (distance < nearest)
                (nearest, at) = (distance, older.At + share * (newer.At - older.At));
        }

        return nearest <= reach
            && path.TryVelocity(at.AddSeconds(Mover.VelocitySeconds / 2), Mover.VelocitySeconds, out var then)
            && Mover.IsAcross(then, second.Velocity)
            && (now - at).TotalSeconds < options.PostEncroachmentSeconds
                + SecondsToClear(first, second, then.Length()) + SecondsToClear(first, second, second.Speed)
            && (IsOnWheels(first, then.Length()) || IsOnWheels(second, second.Speed));
    }

    /// <summary>From the middle of the place to its edge, which is as far as both are large; who hardly moves is taken at a slow walk.</summary>
    private static float SecondsToClear(in Mover a, in Mover b, float speed) => (a.RadiusAcross + b.RadiusAcross) / MathF.Max(speed, 1);

    /// <summary>Where on the way from one place to another a third is nearest, 0..1.</summary>
    private static float ShareNearest(Vector2 from, Vector2 to, Vector2 place)
    {
        var way = to - from;
        var length = way.LengthSquared();
        return length > 0 ? Math.Clamp(Vector2.Dot(place - from, way) / length, 0, 1) : 0;
    }

    private readonly record struct Sighted(Mover Mover, DateTimeOffset At);

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
