using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;

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
        var zone = api.MapGroup("/zones/{zone}").ProducesProblem(StatusCodes.Status404NotFound);
        zone.MapGet("", Zone).WithSummary("A zone: what it is measured for, and how well it is watched.");
        zone.MapGet("/score", Score).WithSummary("The score on a day, with its interval and its explanation.")
            .ProducesValidationProblem();
        zone.MapGet("/trend", Trend).WithSummary("The scores of the last days, oldest first.")
            .ProducesValidationProblem();
        zone.MapGet("/rows.csv", Rows).WithSummary("The released days: with the policy and the calibration, all that a score is made of.")
            .Produces<string>(contentType: "text/csv");
        zone.MapGet("/rows.parquet", RowsAsParquetAsync).WithSummary("The same as Parquet.").Produces<string>(contentType: RowsParquet.ContentType);
    }

    private static HealthView Health(ScoreBook book)
    {
        var (zones, silent, newest) = book.Count();
        return new HealthView("ok", book.Policy.Policy.Id, zones, silent, newest, book.Standing.Word);
    }

    private static FileContentHttpResult Policy(ScoreBook book) =>
        TypedResults.Bytes(book.Policy.Bytes, "application/yaml; charset=utf-8");

    private static FileContentHttpResult Calibration(ScoreBook book) =>
        TypedResults.Bytes(book.Calibration.Bytes, "application/yaml; charset=utf-8");

    private static FileContentHttpResult Rulings(ScoreBook book) =>
        TypedResults.Bytes(book.Rulings.Bytes, "application/yaml; charset=utf-8");

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

    private static Results<Ok<ScoreView>, ProblemHttpResult, ValidationProblem> Score(
        string zone, ScoreBook book, [Description("The day, yyyy-MM-dd (UTC); today without it.")] string? asOf = null)
    {
        if (book.Find(zone) is null)
            return UnknownZone();
        var asked = new Asked();
        var day = asked.Day("asOf", asOf, book.Today);
        return asked.IsFaulty ? asked.Problem() : TypedResults.Ok(ScoreView.Of(book.History(zone, day)[^1], book.Standing));
    }

    private static Results<Ok<IEnumerable<TrendView>>, ProblemHttpResult, ValidationProblem> Trend(
        string zone, ScoreBook book, [Description("How many days, 1 to 3660; 28 without it.")] string? days = null)
    {
        if (book.Find(zone) is null)
            return UnknownZone();
        var asked = new Asked();
        var count = asked.Whole("days", days, (1, TrendDaysMax), ScoreBook.TrendDays);
        return asked.IsFaulty ? asked.Problem() : TypedResults.Ok(book.History(zone, book.Today).TakeLast(count).Select(TrendView.Of));
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

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> RowsAsParquetAsync(string zone, ScoreBook book, CancellationToken cancellation)
    {
        if (book.Find(zone) is not { } summary)
            return UnknownZone();
        var rows = book.Days(zone, book.Today).Select(day => (summary.Zone, ScoreBook.RowOf(day))).ToList();
        var counted = rows.SelectMany(row => row.Item2.Counts.Keys).Order(StringComparer.Ordinal);
        using var bytes = new MemoryStream();
        await RowsParquet.WriteAsync(bytes, [rows], [.. book.Policy.Policy.Behaviours.Keys.Concat(counted).Distinct()], cancellation);
        return TypedResults.Bytes(bytes.ToArray(), RowsParquet.ContentType, $"{summary.Zone}-rows.parquet");
    }

    private static string EventStatus(RecordStatus status) => status.ToString().ToLowerInvariant();

    private static ProblemHttpResult UnknownZone() =>
        Problem(StatusCodes.Status404NotFound, "Unknown zone", "No record of such a zone ever came; /api/zones lists those that there are.");

    private static ProblemHttpResult Problem(int status, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title);
}
