using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The public HTTP API: read only, every fault as problem+json.</summary>
internal static class ScoreApi
{
    private const int TrendDaysMax = 3660;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("Scores");
        api.MapGet("/health", Health).WithSummary("Whether the sink is well.");
        api.MapGet("/policy", Policy).WithSummary("The policy in force: its exact bytes.")
            .Produces<string>(contentType: "application/yaml");
        api.MapGet("/calibration", Calibration).WithSummary("The cameras' factors in force, precision / recall: the exact bytes of the file.")
            .Produces<string>(contentType: "application/yaml");
        api.MapGet("/rulings", Rulings).WithSummary("What contests have done to scores: excluded days, factors that were measured, behaviours that no longer count, contested days.")
            .Produces<string>(contentType: "application/yaml");
        api.MapGet("/zones", Zones).WithSummary("Every zone with today's score.");
        var zone = api.MapGroup("/zones/{zone}").ProducesProblem(StatusCodes.Status404NotFound);
        zone.MapGet("", Zone).WithSummary("A zone: what it is measured for, and how well it is watched.");
        zone.MapGet("/score", Score).WithSummary("The score on a day, with its interval and its explanation.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        zone.MapGet("/trend", Trend).WithSummary("The scores of the last days, oldest first.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        zone.MapGet("/rows.csv", Rows).WithSummary("The released days: with the policy and the calibration, all that a score is made of.")
            .Produces<string>(contentType: "text/csv");
    }

    private static HealthView Health(ScoreBook book)
    {
        var zones = book.Zones();
        var silent = zones.Count(zone => book.WatchOf(zone).Silent);
        var newest = zones.Count == 0 ? (DateTimeOffset?)null : zones.Max(zone => zone.Last.AddSeconds(zone.Seconds));
        return new HealthView("ok", book.Policy.Policy.Id, zones.Count, silent, newest, book.Standing.Word);
    }

    private static FileContentHttpResult Policy(ScoreBook book) =>
        TypedResults.Bytes(book.Policy.Bytes, "application/yaml; charset=utf-8");

    private static FileContentHttpResult Calibration(ScoreBook book) =>
        TypedResults.Bytes(book.Calibration.Bytes, "application/yaml; charset=utf-8");

    private static FileContentHttpResult Rulings(ScoreBook book) =>
        TypedResults.Bytes(book.Rulings.Bytes, "application/yaml; charset=utf-8");

    private static IEnumerable<ZoneView> Zones(ScoreBook book) => [.. book.Current(new ScoreQuery(), int.MaxValue).Select(ZoneView.Of)];

    private static Results<Ok<ZoneDetailView>, ProblemHttpResult> Zone(string zone, ScoreBook book, SinkOptions options)
    {
        if (book.Find(zone) is not { } summary)
            return UnknownZone();
        var watch = book.WatchOf(summary);
        var entry = options.Zones.GetValueOrDefault(zone);
        var policy = book.Policy.Policy;
        return TypedResults.Ok(new ZoneDetailView(
            summary.Zone, summary.Site, entry?.Title, entry?.Place, summary.Simulated, watch.Demo, summary.Seconds, summary.First,
            watch.LastEnd, EventStatus(watch.LastStatus), watch.Silent, watch.Windows, watch.Released, watch.CoverageShare,
            [.. policy.BehavioursOf(zone).Select(name => MeasureView.Of(name, policy.Behaviours[name]))], Explanation.Guarantee));
    }

    private static Results<Ok<ScoreView>, ProblemHttpResult> Score(
        string zone, ScoreBook book, [Description("The day, yyyy-MM-dd (UTC); today without it.")] string? asOf = null)
    {
        if (book.Find(zone) is null)
            return UnknownZone();
        return Day(asOf, book) is { } day ? TypedResults.Ok(ScoreView.Of(book.History(zone, day)[^1], book.Standing)) : BadDay();
    }

    private static Results<Ok<IEnumerable<TrendView>>, ProblemHttpResult> Trend(
        string zone, ScoreBook book, [Description("How many days, 1 to 3660; 28 without it.")] string? days = null)
    {
        if (book.Find(zone) is null)
            return UnknownZone();
        var count = ScoreBook.TrendDays;
        if (days is not null && !(int.TryParse(days, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= TrendDaysMax))
            return Problem(StatusCodes.Status400BadRequest, "Bad number of days", $"days is a whole number from 1 to {TrendDaysMax}.");
        return TypedResults.Ok(book.History(zone, book.Today).TakeLast(count).Select(TrendView.Of));
    }

    private static Results<FileContentHttpResult, ProblemHttpResult> Rows(string zone, ScoreBook book)
    {
        if (book.Find(zone) is not { } summary)
            return UnknownZone();
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, leaveOpen: true))
            RowsCsv.Write(text, summary.Zone, book.Days(zone, book.Today).Select(ScoreBook.RowOf), book.Policy.Policy.Behaviours.Keys);
        return TypedResults.Bytes(bytes.ToArray(), "text/csv; charset=utf-8", $"{summary.Zone}-rows.csv");
    }

    private static DateOnly? Day(string? text, ScoreBook book)
    {
        if (text is null)
            return book.Today;
        var read = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        return read && day.Year is >= 2000 and <= 2199 ? day : null;
    }

    private static string EventStatus(RecordStatus status) => status.ToString().ToLowerInvariant();

    private static ProblemHttpResult UnknownZone() =>
        Problem(StatusCodes.Status404NotFound, "Unknown zone", "No record of such a zone ever came; /api/zones lists those that there are.");

    private static ProblemHttpResult BadDay() =>
        Problem(StatusCodes.Status400BadRequest, "Bad day", "asOf is a day between 2000-01-01 and 2199-12-31, written as 2026-11-22.");

    private static ProblemHttpResult Problem(int status, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title);
}
