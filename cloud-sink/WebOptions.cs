using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Sink;

/// <summary>The public pages.</summary>
public sealed record WebOptions
{
    /// <summary>Where people find the pages, such as <c>https://places.example</c>; it stands in the code of the printed sign. As the page was asked for without it.</summary>
    [MinLength(1)]
    public string? Address { get; init; }

    /// <summary>
    /// Map tiles, such as <c>https://tile.openstreetmap.org/{z}/{x}/{y}.png</c>. Without it the map is a plain plan and no other host is asked:
    /// each tile tells its host who looks at which place.
    /// </summary>
    [MinLength(1)]
    public string? Tiles { get; init; }

    /// <summary>Whom the map must name.</summary>
    [MinLength(1)]
    public string TilesCredit { get; init; } = "\u00a9 OpenStreetMap contributors";

    /// <summary>The host of the tiles with scheme and port, or null.</summary>
    internal string? TilesOrigin => Tiles is { } tiles && Uri.TryCreate(Tile(tiles, "0"), UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null;

    /// <summary>The address of one tile.</summary>
    internal static string Tile(string template, string number) => template
        .Replace("{z}", number, StringComparison.Ordinal).Replace("{x}", number, StringComparison.Ordinal).Replace("{y}", number, StringComparison.Ordinal);
}
