using System.ComponentModel;
using System.Security.Cryptography;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The rows of all zones, week by week, as files: beside those of CSV, one of Parquet for the whole city.</summary>
internal static class RowBundleApi
{
    public const string Path = "/api/rows", Form = ".parquet";

    // Each reads a week of the whole city.
    private const int AtOnce = 2;

    private static readonly SemaphoreSlim Places = new(AtOnce);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Path).WithTags("Rows");
        api.MapGet("", Weeks).WithSummary("The weeks of which there are rows, oldest first.");
        api.MapGet($"/{{week}}{Form}", WeekAsync).WithSummary("The released days of all zones in a week, as Parquet.")
            .Produces<string>(contentType: RowsParquet.ContentType).ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static List<WeekView> Weeks(IEventStore store, ScoreBook book)
    {
        if (store.Database.Read("SELECT min(first_start), max(last_start) FROM zone WHERE zone <> $1", row => row.IsDBNull(0) ? (Span?)null : new Span(row.GetInt64(0), row.GetInt64(1)), "")
            is not [{ } span])
            return [];
        var weeks = new List<WeekView>();
        for (var day = span.First; WeeklyFiles.MondayOf(WeeklyFiles.NameOf(day)) <= span.Last; day = day.AddDays(7))
        {
            var (week, monday) = (WeeklyFiles.NameOf(day), WeeklyFiles.MondayOf(WeeklyFiles.NameOf(day))!.Value);
            weeks.Add(new WeekView(week, monday, monday.AddDays(6), book.Today > monday.AddDays(6 + AcceptedDays), $"{Path}/{week}.csv", $"{Path}/{week}.parquet"));
        }

        return weeks;
    }

    // In a file that is gone when it is closed: the week of a large city is larger than what memory should hold.
    private static async Task<IResult> WeekAsync(HttpContext context, IEventStore store, ScoreBook book, [Description("An ISO week: 2026-W47.")] string week)
    {
        if (WeeklyFiles.MondayOf(week) is not { } monday)
        {
            var asked = new Asked();
            asked.Fault("week", "week is an ISO week between 2000-W01 and 2199-W52, written as 2026-W47.");
            return asked.Problem();
        }

        if (!await Places.WaitAsync(0))
        {
            context.Response.Headers.RetryAfter = "10";
            return TypedResults.Problem("Others are being given a week just now; ask again in 10 s.", statusCode: StatusCodes.Status503ServiceUnavailable, title: "Busy");
        }

        var file = new FileStream(
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        context.Response.RegisterForDispose(file);
        try
        {
            await new RowBundle(store, book.Policy.Policy).WriteAsync(monday, file, context.RequestAborted);
            file.Position = 0;
            var tag = $"\"{Convert.ToHexStringLower(await SHA256.HashDataAsync(file, context.RequestAborted))[..32]}\"";
            file.Position = 0;
            return TypedResults.Stream(file, RowsParquet.ContentType, $"rows-{week}{Form}", entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue(tag));
        }
        finally
        {
            Places.Release();
        }
    }

    // A record is taken up to eight days after its window.
    private const int AcceptedDays = 8;

    private readonly record struct Span(long FirstStart, long LastStart)
    {
        public DateOnly First => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(FirstStart).UtcDateTime);

        public DateOnly Last => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(LastStart).UtcDateTime);
    }
}

/// <summary>A week of rows.</summary>
internal sealed record WeekView(
    string Week,
    DateOnly From,
    DateOnly To,
    [property: Description("No record for it is taken any more, so it changes only by a restatement.")] bool Complete,
    string Csv,
    string Parquet);
