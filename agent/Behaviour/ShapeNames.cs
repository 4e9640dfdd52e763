using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Faults about the areas and lines that rules name.</summary>
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

    /// <summary>The area of that name, or the whole zone where none is named.</summary>
    public static Polygon PolygonOf(string? name, Zone zone) => name is null ? zone.Polygon : zone.Areas[name].Polygon;
}
