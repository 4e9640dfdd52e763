using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The public files of a week, from which anyone can compute every score again: <c>sink verify</c>.</summary>
internal static class WeeklyApi
{
    /// <summary>Zones in one answer; a header says where to go on.</summary>
    public const int ZonesMax = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("Weeks");
        api.MapGet("/weeks", (WeeklyFiles files) => files.Weeks()).WithSummary("The weeks of which there are rows, oldest first.");
        api.MapGet("/rows/{week}.csv", Rows).WithSummary("The released days of all zones in a week, 2026-W47: 1,000 zones an answer, the Link header says where to go on.")
            .Produces<string>(contentType: "text/csv").ProducesValidationProblem();
        api.MapGet("/scores/{week}.csv", Scores).WithSummary("The published scores of a week, with every revision and its reason; in the same portions.")
            .Produces<string>(contentType: "text/csv").ProducesValidationProblem();
    }

    private static Results<FileContentHttpResult, ValidationProblem> Rows(
        string week, WeeklyFiles files, HttpContext context, [Description("Goes on after this zone.")] string? after = null) =>
        Answer(week, after, "rows", context, files, files.WriteRows);

    private static Results<FileContentHttpResult, ValidationProblem> Scores(
        string week, WeeklyFiles files, HttpContext context, [Description("Goes on after this zone.")] string? after = null) =>
        Answer(week, after, "scores", context, files, files.WriteScores);

    private static Results<FileContentHttpResult, ValidationProblem> Answer(
        string week, string? after, string what, HttpContext context, WeeklyFiles files, Action<TextWriter, ZoneRange, DateOnly> write)
    {
        var (asked, from) = (new Asked(), WeeklyFiles.MondayOf(week));
        if (from is null)
            asked.Fault("week", "week is one of ISO 8601, written as 2026-W47.");
        if (after is not null && !Names.IsValid(after))
            asked.Fault("after", "after is the name of a zone, as the Link header of the answer before gave it.");
        if (from is not { } monday || asked.IsFaulty)
            return asked.Problem();
        var range = files.RangeAfter(after ?? "", ZonesMax);
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, leaveOpen: true))
            write(text, range, monday);
        if (range.UpTo.Length > 0)
            context.Response.Headers.Link = $"</api/{what}/{WeeklyFiles.NameOf(monday)}.csv?after={range.UpTo}>; rel=\"next\"";
        return TypedResults.Bytes(bytes.ToArray(), "text/csv; charset=utf-8", $"{what}-{WeeklyFiles.NameOf(monday)}.csv");
    }
}
