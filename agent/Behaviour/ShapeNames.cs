using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Faults about what rules name: areas, lines, sensors, the calibration.</summary>
internal static class ShapeNames
{
    public static ValidationResult Unknown(string option, string name, IEnumerable<string> known)
    {
        var names = string.Join(", ", known);
        return new ValidationResult(
            $"'{name}' is not drawn in this zone. {(names.Length == 0 ? "Nothing of its kind is drawn yet." : $"Drawn: {names}.")}",
            [option]);
    }

    public static IEnumerable<ValidationResult> CheckArea(string option, string? name, Zone zone)
    {
        if (name is not null && !zone.Areas.ContainsKey(name))
            yield return Unknown(option, name, zone.Areas.Keys);
    }

    public static IEnumerable<ValidationResult> CheckLine(string option, string? name, Zone zone)
    {
        if (name is not null && !zone.Lines.ContainsKey(name))
            yield return Unknown(option, name, zone.Lines.Keys);
    }

    /// <summary>An area that must have a direction.</summary>
    public static IEnumerable<ValidationResult> CheckDirection(string option, string name, Zone zone)
    {
        foreach (var fault in CheckArea(option, name, zone))
            yield return fault;
        var hasDirection = !zone.Areas.TryGetValue(name, out var area) || (area.Direction is { } d && (d.X != 0 || d.Y != 0));
        if (!hasDirection)
            yield return new ValidationResult($"'{name}' has no direction. Write direction: [1, 0] beside its polygon.", [option]);
    }

    public static IEnumerable<ValidationResult> CheckSensor(string option, string? name, SensorKind kind, Zone zone)
    {
        if (name is null || (zone.Sensors.TryGetValue(name, out var known) && known == kind))
            yield break;
        var names = string.Join(", ", zone.Sensors.Where(sensor => sensor.Value == kind).Select(sensor => sensor.Key));
        var kindName = kind == SensorKind.Signal ? "signal" : "switch";
        yield return new ValidationResult(
            $"'{name}' is no {kindName} under sensors. {(names.Length == 0 ? $"There is no {kindName} yet." : $"There are: {names}.")}", [option]);
    }

    /// <summary>Faults of a rule that measures in metres.</summary>
    public static IEnumerable<ValidationResult> CheckGround(Zone zone)
    {
        if (zone.Ground is null)
            yield return new ValidationResult("needs metres, and the camera has no calibration. Write ground: beside its zones; edge calibrate makes one.");
    }

    /// <summary>The area of that name, or the whole zone where none is named.</summary>
    public static Polygon PolygonOf(string? name, Zone zone) => name is null ? zone.Polygon : zone.Areas[name].Polygon;
}
