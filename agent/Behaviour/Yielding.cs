using System.Numerics;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>
/// Encounters of a vehicle and a pedestrian at a crosswalk. One opens when a pedestrian comes into the approach while the
/// vehicle could still stop: it is further away than its stopping sight distance v t + v^2 / 2a (AASHTO, A Policy on Geometric
/// Design of Highways and Streets, there with t 2.5 s and a 3.4 m/s2), and would arrive within 8 s, so that it matters. It ends when both were
/// on the crosswalk: who was first decides. Whoever turns away before leaves it without an end. A vehicle has one end at most.
/// </summary>
internal sealed class Yielding(YieldingOptions options, Zone zone)
{
    /// <summary>A vehicle further off, in seconds at its speed, has nothing to do with the pedestrian yet: a choice.</summary>
    private const float ArrivesSecondsMax = 8;

    /// <summary>Slower, in m/s, is parked or queueing.</summary>
    private const float ApproachingSpeedMin = 1;

    /// <summary>Slower, in m/s, a vehicle with its nose over the edge stands and lets others go first.</summary>
    private const float StandingSpeed = 0.5f;

    /// <summary>In metres; jitter over the edge is no entering.</summary>
    private const float EdgeBand = 0.3f;

    private const double SpeedSeconds = 0.8;

    private const double OffLaneSecondsMax = 1;

    /// <summary>So long after the first of the two, the second has nothing to do with it.</summary>
    private const double BetweenSecondsMax = 30;

    private readonly GroundPlane _ground = zone.Ground!;
    private readonly Roadway _road = new(zone, options.Lane, options.Crosswalk);
    private readonly Polygon _lane = zone.Areas[options.Lane].Polygon;
    private readonly Polygon _crosswalk = zone.Areas[options.Crosswalk].Polygon;
    private readonly Polygon[] _approaches = [.. options.Approach.Select(area => zone.Areas[area].Polygon)];
    private readonly TrackMemory<Driver> _drivers = new();
    private readonly TrackMemory<CrosswalkVisit> _walkers = new();
    private readonly List<Encounter> _open = new(32);

    /// <summary>The encounters that ended in the newest frame.</summary>
    public List<Encounter> Ended { get; } = new(8);

    public void Observe(Scene scene)
    {
        Ended.Clear();
        if (scene.WatchedSince > scene.CapturedAt)
            return;
        foreach (var track in scene.Tracks)
        {
            if (track.IsSeen && track.Class == ObjectClass.Vehicle)
                FollowVehicle(scene, track);
        }

        foreach (var track in scene.Tracks)
        {
            if (track.IsSeen && track.Class == ObjectClass.Person)
                FollowPedestrian(scene, track);
        }

        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (IsVoid(_open[i], scene))
                _open.RemoveAt(i);
        }

        EndEncounters();
        _drivers.Forget(scene.Ended);
        _walkers.Forget(scene.Ended);
    }

    private void FollowVehicle(Scene scene, in SceneTrack track)
    {
        if (!_ground.TryToMetres(track.Foot, out var foot))
            return;
        ref var driver = ref _drivers.Of(track.Id, out _);
        var metres = new Vector2(foot.X, foot.Y);
        if (!driver.Path.Add(scene.CapturedAt, metres))
            return;
        var now = scene.CapturedAt;
        driver.Along = _road.Along(metres);
        driver.Speed = driver.Path.TryVelocity(now, SpeedSeconds, out var velocity) ? _road.Along(velocity) : null;
        if (_lane.Contains(track.Foot) || _crosswalk.Contains(track.Foot))
            driver.InLaneAt = now;
        if (driver.Along < _road.NearEdge + EdgeBand || driver.Speed < StandingSpeed)
            driver.OnSince = null;
        else
            driver.OnSince ??= now;

        var isOffLane = (now - driver.InLaneAt).TotalSeconds > OffLaneSecondsMax;
        if (driver.HasPassed || (!isOffLane && (driver.OnSince is null || driver.Along < _road.Middle)))
            return;
        driver.HasPassed = !isOffLane;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].VehicleId != track.Id)
                continue;
            if (isOffLane)
                _open.RemoveAt(i);
            else
                _open[i] = _open[i] with { VehicleOnAt = driver.OnSince };
        }
    }

    private void FollowPedestrian(Scene scene, in SceneTrack track)
    {
        var isOn = _crosswalk.Contains(track.Foot);
        var isInApproach = false;
        foreach (var approach in _approaches)
            isInApproach |= approach.Contains(track.Foot);
        ref var visit = ref _walkers.Of(track.Id, out _);
        var step = visit.Advance(isOn, isInApproach, scene.CapturedAt);
        if (step == CrosswalkStep.Approached)
            Open(scene, track.Id);
        if (step is not (CrosswalkStep.Entered or CrosswalkStep.TurnedAway))
            return;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].PedestrianId != track.Id || _open[i].PedestrianOnAt is not null)
                continue;
            if (step == CrosswalkStep.TurnedAway)
                _open.RemoveAt(i);
            else
                _open[i] = _open[i] with { PedestrianOnAt = visit.OnSince };
        }
    }

    /// <summary>With the first vehicle that can still stop; those behind one that is already concerned only queue.</summary>
    private void Open(Scene scene, int pedestrianId)
    {
        var (first, nearest) = (0, float.PositiveInfinity);
        foreach (var track in scene.Tracks)
        {
            if (track.Class != ObjectClass.Vehicle || !track.IsSeen)
                continue;
            ref readonly var driver = ref _drivers.Of(track.Id, out _);
            var gap = _road.NearEdge - driver.Along;
            var canStop = driver.InLaneAt == scene.CapturedAt && CanStop(driver, gap);
            if (driver.HasPassed || gap >= nearest || !(canStop || IsConcerned(track.Id)))
                continue;
            (first, nearest) = (canStop ? track.Id : 0, gap);
        }

        if (first != 0)
            _open.Add(new Encounter(first, pedestrianId, scene.CapturedAt));
    }

    private bool CanStop(in Driver driver, float gap)
    {
        if (driver.Speed is not { } speed || speed < ApproachingSpeedMin)
            return false;
        var stopping = speed * options.ReactionSeconds + speed * speed / (2 * options.BrakingMetresPerSecondSquared);
        return gap > stopping && gap <= ArrivesSecondsMax * speed;
    }

    private bool IsConcerned(int vehicleId)
    {
        foreach (var encounter in _open)
        {
            if (encounter.VehicleId == vehicleId)
                return true;
        }

        return false;
    }

    private static bool IsVoid(in Encounter encounter, Scene scene)
    {
        var since = encounter.VehicleOnAt ?? encounter.PedestrianOnAt;
        var isTooLate = since is { } one && (scene.CapturedAt - one).TotalSeconds > BetweenSecondsMax;
        var isVehicleGone = encounter.VehicleOnAt is null && scene.Ended.Contains(encounter.VehicleId);
        var isPedestrianGone = encounter.PedestrianOnAt is null && scene.Ended.Contains(encounter.PedestrianId);
        return isTooLate || isVehicleGone || isPedestrianGone || encounter.OpenedAt < scene.WatchedSince;
    }

    private void EndEncounters()
    {
        for (var i = 0; i < _open.Count; i++)
        {
            var encounter = _open[i];
            if (encounter.VehicleOnAt is null || encounter.PedestrianOnAt is null)
                continue;
            Ended.Add(encounter);
            // Several pedestrians and one vehicle are one encounter.
            for (var k = _open.Count - 1; k >= 0; k--)
            {
                if (_open[k].VehicleId == encounter.VehicleId)
                    _open.RemoveAt(k);
            }

            i = -1;
        }
    }

    /// <param name="VehicleId">The vehicle.</param>
    /// <param name="PedestrianId">The pedestrian.</param>
    /// <param name="OpenedAt">When the pedestrian came into the approach.</param>
    /// <param name="VehicleOnAt">When the vehicle entered the crosswalk over which it then drove.</param>
    /// <param name="PedestrianOnAt">When the pedestrian entered it.</param>
    public readonly record struct Encounter(
        int VehicleId, int PedestrianId, DateTimeOffset OpenedAt, DateTimeOffset? VehicleOnAt = null, DateTimeOffset? PedestrianOnAt = null)
    {
        /// <summary>Of an encounter that ended.</summary>
        public bool HasYielded => PedestrianOnAt <= VehicleOnAt;
    }

    private struct Driver
    {
        public GroundPath Path;
        public float Along;
        public float? Speed;
        public DateTimeOffset InLaneAt;
        public DateTimeOffset? OnSince;
        public bool HasPassed;
    }
}
