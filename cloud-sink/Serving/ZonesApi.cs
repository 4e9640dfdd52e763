using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The list of all zones, a page at a time.</summary>
internal static class ZonesApi
{
    public const int LimitMax = 500;

    private const int UsualLimit = 100, TextMax = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/zones", Zones).WithTags("Scores")
        .WithSummary("The zones with today's score; the next page is in the header Link.")
        .Produces<IReadOnlyList<ZoneView>>()
        .ProducesValidationProblem();

    private static IResult Zones(
        HttpContext context, ZoneList list, SinkOptions options,
        [Description("Only zones of this site.")] string? site = null,
        [Description("Only zones of this grade: A, B, C, D, E, U, or P while it is contested.")] string? grade = null,
        [Description("Only zones that are measured for this behaviour.")] string? behaviour = null,
        [Description("Only zones whose name, title, place or site holds this.")] string? text = null,
        [Description("zone (as without it), score (lowest first), or -score (highest first).")] string? sort = null,
        [Description("How many on a page, 1 to 500; 100 without it.")] string? limit = null,
        [Description("Where the page begins, from the header Link of the one before.")] string? cursor = null)
    {
        var asked = new Asked();
        var choice = new ZoneChoice(asked.OneOf("sort", sort, "zone", "score", "-score"), asked.Whole("limit", limit, (1, LimitMax), UsualLimit))
        {
            Site = site,
            Grade = grade is null ? null : asked.OneOf("grade", grade, Enum.GetNames<Grade>()),
            Behaviour = behaviour,
            Text = asked.Text("text", text, TextMax),
            After = cursor is null ? null : CursorOf(cursor),
        };
        if (site is not null && !Names.IsValid(site))
            asked.Fault("site", "site is a name: [a-z0-9-], 3 to 32 characters.");
        if (behaviour is not null && Behaviours.Find(behaviour) is null)
            asked.Fault("behaviour", "There is no such behaviour; /api/policy lists those that are scored.");
        if (cursor is not null && choice.After is null)
            asked.Fault("cursor", "This is no cursor from here; take it from the header Link.");
        if (asked.IsFaulty)
            return asked.Problem();
        if (choice.Text is { } part)
            choice = choice with { Titled = Titled(options, part) };
        var page = list.Read(choice);
        if (page.Count == choice.Limit)
            ApiFront.LinkNext(context, CursorTo(page[^1]));
        return TypedResults.Ok(page);
    }

    private static HashSet<string> Titled(SinkOptions options, string part) =>
        [.. options.Zones.Where(zone => Holds(zone.Value.Title, part) || Holds(zone.Value.Place, part)).Select(zone => zone.Key)];

    private static bool Holds(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;

    private static string CursorTo(ZoneView zone) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{zone.Score:R} {zone.Zone}")));

    private static ZoneCursor? CursorOf(string cursor) =>
        cursor.Length <= 100 && Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') is [var score, var zone]
        && double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Names.IsValid(zone)
            ? new ZoneCursor(number, zone)
            : null;
}
