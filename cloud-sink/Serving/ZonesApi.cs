using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The list of all zones, a page at a time.</summary>
internal static class ZonesApi
{
    public const int LimitMax = 500;

    private const int UsualLimit = 100, TextMax = 100, TitledMax = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/zones", Zones).WithTags("Scores")
        .WithSummary("The zones with the score as it stands; the next page is in the header Link.")
        .Produces<IReadOnlyList<ZoneView>>()
        .ProducesValidationProblem();

    private static IResult Zones(
        HttpContext context, ScoreBook book, SinkOptions options,
        [Description("Only zones of this site.")] string? site = null,
        [Description("Only zones of this grade: A, B, C, D, E, U, or P while it is contested.")] string? grade = null,
        [Description("Only zones that are scored for this behaviour.")] string? behaviour = null,
        [Description("Only zones whose name, title or place holds this.")] string? text = null,
        [Description("zone (as without it), score (lowest first), or -score (highest first).")] string? sort = null,
        [Description("How many on a page, 1 to 500; 100 without it.")] string? limit = null,
        [Description("Where the page begins, from the header Link of the one before.")] string? cursor = null)
    {
        var asked = new Asked();
        var count = asked.Whole("limit", limit, (1, LimitMax), UsualLimit);
        var part = asked.Text("text", text, TextMax);
        // A database takes not every letter.
        if (part?.Any(char.IsControl) == true)
            asked.Fault("text", "text is a part of a name; no name has a control character in it.");
        var query = new ScoreQuery
        {
            Site = site,
            Grade = grade is null ? null : Enum.Parse<Grade>(asked.OneOf("grade", grade, Enum.GetNames<Grade>())),
            Behaviour = behaviour,
            Text = part,
            Named = string.IsNullOrEmpty(part) ? [] : Titled(options, part),
            Order = asked.OneOf("sort", sort, "zone", "score", "-score") switch { "score" => ScoreOrder.WorstFirst, "-score" => ScoreOrder.BestFirst, _ => ScoreOrder.ByZone },
            After = cursor is null ? null : CursorOf(cursor),
        };
        if (site is not null && !Names.IsValid(site))
            asked.Fault("site", "site is a name: [a-z0-9-], 3 to 32 characters.");
        if (behaviour is not null && Behaviours.Find(behaviour) is null)
            asked.Fault("behaviour", "There is no such behaviour; /api/policy lists those that are scored.");
        if (cursor is not null && query.After is null)
            asked.Fault("cursor", "This is no cursor from here; take it from the header Link.");
        if (asked.IsFaulty)
            return asked.Problem();
        var page = book.Current(query, count);
        if (page.Count == count)
            ApiFront.LinkNext(context, CursorTo(page[^1].Score));
        return TypedResults.Ok<IReadOnlyList<ZoneView>>([.. page.Select(ZoneView.Of)]);
    }

    private static List<string> Titled(SinkOptions options, string part) =>
        [.. options.Zones.Where(zone => Holds(zone.Value.Title, part) || Holds(zone.Value.Place, part)).Select(zone => zone.Key).Take(TitledMax)];

    private static bool Holds(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;

    private static string CursorTo(KeptScore score) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{score.Score:R} {score.Zone}")));

    private static (double Score, string Zone)? CursorOf(string cursor) =>
        cursor.Length <= 100 && Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') is [var score, var zone]
        && double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && Names.IsValid(zone)
            ? (number, zone)
            : null;
}
