using System.Text.Json;
using NetTopologySuite.Geometries;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>
/// Zones that must not be, whatever a policy says: those that share ground, are as small as somebody's door, stand before a
/// forbidden place, or have too few people for their window.
/// </summary>
internal static class ZoneLint
{
    /// <summary>A hundredth of the picture: less is a doorway or a bench in most views.</summary>
    private const double ShareMin = 0.01;

    /// <summary>Three by three metres and a bit, where the camera has metres.</summary>
    private const double SquareMetresMin = 10;

    /// <summary>Rounding of points that two zones have in common, as a share of the picture.</summary>
    private const double OverlapMax = 1e-4;

    /// <summary>Notes every fault at its key. Polygons with fewer than three points are left to the checks of shapes.</summary>
    public static void Check(YamlDocument<AgentOptions> document, AgentOptions options)
    {
        CheckName(document, "site", options.Site);
        for (var c = 0; c < options.Cameras.Count; c++)
        {
            var camera = options.Cameras[c];
            var drawn = new List<(string Name, Geometry Shape)>();
            for (var z = 0; z < camera.Zones.Count; z++)
            {
                var (key, zone) = ($"cameras[{c}].zones[{z}]", camera.Zones[z]);
                CheckName(document, $"{key}.name", zone.Name);
                if (options.Profile != PrivacyProfile.Demo)
                    CheckPlace(document, key, zone);
                CheckFootfall(document, key, zone, options.Profile);
                if (zone.Polygon.Count >= 3)
                    CheckShape(document, $"{key}.polygon", (zone, camera), drawn);
            }
        }
    }

    private static void CheckName(YamlDocument<AgentOptions> document, string key, string name)
    {
        if (ForbiddenPlaces.KindOf(name) is { } kind)
        {
            document.AddFault(
                key,
                $"'{name}' reads as {kind}, and no such place is ever scored.",
                "Watch another place. If it only sounds so, give it another name.");
        }
    }

    private static void CheckPlace(YamlDocument<AgentOptions> document, string key, ZoneSection zone)
    {
        if (zone.Place is null)
            document.AddFault($"{key}.place", "does not say what kind of place the zone is.", $"Write one of: {string.Join(", ", Enum.GetNames<PlaceKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}.");
    }

    private static void CheckFootfall(YamlDocument<AgentOptions> document, string key, ZoneSection zone, PrivacyProfile profile)
    {
        // Numbers out of their range have their fault already, and may be too large for what follows.
        if (profile == PrivacyProfile.Demo || zone.PassagesPerHour is not (>= 0 and <= 1e6) || zone.TracksPerPerson is not (>= 1.5 and <= 20))
            return;
        var (perHour, tracksPerPerson) = (zone.PassagesPerHour.Value, (decimal)zone.TracksPerPerson);
        if (FootfallRules.IsEnough(perHour, zone.WindowSeconds, tracksPerPerson))
            return;
        document.AddFault(
            $"{key}.windowSeconds",
            $"A window of {zone.WindowSeconds} s expects {perHour * zone.WindowSeconds / 3600:0} passages and needs {FootfallRules.PassagesNeeded(tracksPerPerson)} (3 T): most would say nothing.",
            WindowAdvice(perHour, tracksPerPerson));
    }

    /// <summary>Which window to choose at a place, in a sentence.</summary>
    internal static string WindowAdvice(double passagesPerHour, decimal tracksPerPerson) => FootfallRules.ShortestWindow(passagesPerHour, tracksPerPerson) switch
    {
        { } window => $"Write windowSeconds: {window.Seconds} (profile {window.Profile.ToString().ToLowerInvariant()}).",
        null => "Even a day is too short for so few people: draw the zone larger, or watch a busier place.",
    };

    private static void CheckShape(
        YamlDocument<AgentOptions> document, string key, (ZoneSection Zone, CameraSection Camera) of, List<(string Name, Geometry Shape)> drawn)
    {
        // Points outside of the picture have their fault already, and infinite ones are no shape.
        if (of.Zone.Polygon.Any(corner => corner is not { X: >= 0 and <= 1, Y: >= 0 and <= 1 }))
            return;
        var shape = ShapeOf(of.Zone.Polygon);
        if (!shape.IsValid)
        {
            document.AddFault(key, "crosses itself, so nobody can say what is inside.", "Give its corners in the order in which one walks around it.");
            return;
        }

        if (shape.Area < ShareMin)
            document.AddFault(key, $"covers {shape.Area:0.00 %} of the picture, less than {ShareMin:0 %}: so small a place is somebody's.", "Draw it larger.");
        else if (SquareMetresOf(of) is < SquareMetresMin and var squareMetres)
            document.AddFault(key, $"covers {squareMetres:0.0} square metres, fewer than {SquareMetresMin:0}: so small a place is somebody's.", "Draw it larger.");
        foreach (var (name, other) in drawn)
        {
            var shared = shape.Intersection(other).Area;
            if (shared > OverlapMax)
                document.AddFault(key, $"shares {shared:0.00 %} of the picture with zone {name}: who passes there would count twice.", "Draw them side by side.");
        }

        drawn.Add((of.Zone.Name, shape));
    }

    /// <summary>Null without calibration, or where a corner shows no ground.</summary>
    private static double? SquareMetresOf((ZoneSection Zone, CameraSection Camera) of)
    {
        if (of.Camera.Ground?.ToPlane(of.Camera.Aspect) is not { } ground)
            return null;
        var corners = new List<Domain.Point>();
        foreach (var corner in of.Zone.Polygon)
        {
            if (!ground.TryToMetres(corner, out var metres))
                return null;
            corners.Add(new Domain.Point(metres.X, metres.Y));
        }

        return ShapeOf(corners).Area;
    }

    private static NetTopologySuite.Geometries.Polygon ShapeOf(IReadOnlyList<Domain.Point> corners)
    {
        Coordinate[] ring = [.. corners.Append(corners[0]).Select(corner => new Coordinate(corner.X, corner.Y))];
        return new NetTopologySuite.Geometries.Polygon(new LinearRing(ring));
    }
}
