using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>A scene's zone as its camera sees it: from metres on the ground to 0..1 of the picture.</summary>
internal static class SceneZone
{
    /// <summary>Directions are projected over so many metres around the middle of their area.</summary>
    private const float DirectionMetres = 1;

    public static Zone Of(SceneFile scene)
    {
        var camera = scene.Camera;
        var section = scene.Zone with
        {
            Polygon = Project(camera, scene.Zone.Polygon),
            Areas = scene.Zone.Areas.ToDictionary(
                area => area.Key,
                area => new AreaSection { Polygon = Project(camera, area.Value.Polygon), Direction = Project(camera, area.Value) }),
            Lines = scene.Zone.Lines.ToDictionary(
                line => line.Key,
                line => new LineSection { From = camera.ToImage(line.Value.From), To = camera.ToImage(line.Value.To) }),
        };
        return section.ToZone() with { Ground = scene.IsCalibrated ? camera.Ground() : null, Sensors = scene.Sensors };
    }

    /// <summary>What the zone's rules say against it, and what the plays name that is not there.</summary>
    public static IEnumerable<string> Faults(SceneFile scene)
    {
        var zone = Of(scene);
        foreach (var (name, rule) in scene.Zone.Behaviours)
        {
            foreach (var fault in rule.Check(zone))
                yield return $"zone.behaviours.{name}: {string.Join(", ", fault.MemberNames)} {fault.ErrorMessage}";
        }

        foreach (var (name, cast) in scene.Casts)
        {
            foreach (var behaviour in cast.Expect.Select(e => e.Behaviour).Where(b => !scene.Zone.Behaviours.ContainsKey(b)))
                yield return $"casts.{name}: expects {behaviour}, which the zone does not watch.";
            foreach (var sensor in cast.Changes.Select(c => c.Sensor).Where(s => !scene.Sensors.ContainsKey(s)))
                yield return $"casts.{name}: moves {sensor}, which is no sensor.";
            foreach (var actor in cast.Actors.Where(a => a.Anchor >= a.Path.Count))
                yield return $"casts.{name}: the anchor {actor.Anchor} is no waypoint of a path of {actor.Path.Count}.";
            var moments = cast.Changes.Concat<MomentSection>(cast.Expect);
            foreach (var moment in moments.Where(m => m.Actor is { } a && (a >= cast.Actors.Count || m.Waypoint >= cast.Actors[a].Path.Count)))
                yield return $"casts.{name}: actor {moment.Actor} has no waypoint {moment.Waypoint}.";
        }
    }

    private static List<Point> Project(SceneCamera camera, IReadOnlyList<Point> metres) => [.. metres.Select(camera.ToImage)];

    private static Point? Project(SceneCamera camera, AreaSection area)
    {
        if (area.Direction is not { } direction)
            return null;
        var (x, y) = (area.Polygon.Average(p => p.X), area.Polygon.Average(p => p.Y));
        var share = DirectionMetres / MathF.Sqrt(direction.X * direction.X + direction.Y * direction.Y);
        var (from, to) = (camera.ToImage(new Point(x, y)), camera.ToImage(new Point(x + direction.X * share, y + direction.Y * share)));
        return new Point(to.X - from.X, to.Y - from.Y);
    }
}
