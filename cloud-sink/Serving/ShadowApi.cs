using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>What is computed beside a score and never changes it: would-be scores, alarms of cameras, revisions of days that are over.</summary>
internal static class ShadowApi
{
    private const int HistoryDaysMax = 400;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var zone = routes.MapGroup("/api/zones/{zone}").WithTags("Scores").ProducesProblem(StatusCodes.Status404NotFound);
        zone.MapGet("/shadow", Shadow).WithSummary("What the score would be under the policies that are tried; none of them is the score.");
        zone.MapGet("/drift", Drifting).WithSummary("Whether the camera has begun to see otherwise than in the 28 days before; never a change of the score.");
        zone.MapGet("/revisions", Revisions).WithSummary("The published scores of the last 400 days as they were computed, with every revision and its reason.");
    }

    private static Results<Ok<IEnumerable<WouldBeView>>, ProblemHttpResult> Shadow(string zone, ScoreBook book) =>
        book.Find(zone) is null ? Unknown() : TypedResults.Ok(book.Tables.Shadows(zone).Select(WouldBeView.Of));

    private static Results<Ok<DriftView>, ProblemHttpResult> Drifting(string zone, ScoreBook book)
    {
        if (book.Find(zone) is null)
            return Unknown();
        var current = book.Tables.Find(zone, book.Policy.Policy.Id);
        return TypedResults.Ok(new DriftView(zone, current?.Score.Day, current?.Drift ?? []));
    }

    private static Results<Ok<IEnumerable<RevisionView>>, ProblemHttpResult> Revisions(string zone, ScoreBook book) =>
        book.Find(zone) is null
            ? Unknown()
            : TypedResults.Ok(book.Tables.Days(zone, book.Today.AddDays(-HistoryDaysMax), book.Today).Where(day => !day.IsShadow).Select(RevisionView.Of));

    private static ProblemHttpResult Unknown() =>
        TypedResults.Problem("No record of such a zone ever came; /api/zones lists those that there are.", statusCode: StatusCodes.Status404NotFound, title: "Unknown zone");
}

/// <summary>What a zone would be under a policy that is tried.</summary>
internal sealed record WouldBeView(
    string Policy, DateOnly AsOf, double WouldBeScore, double HalfWidth, string WouldBeGrade, IReadOnlyDictionary<string, double> Points)
{
    public static WouldBeView Of(CurrentScore current) => new(
        current.Score.Policy, current.Score.Day, current.Score.Score, current.Score.HalfWidth, current.Score.Grade.ToString(), current.Score.Points);
}

/// <summary>Alarms of a zone's camera.</summary>
internal sealed record DriftView(
    string Zone,
    [property: Description("When it was looked at last; null before the first time.")] DateOnly? AsOf,
    [property: Description("released, coverage or passages, up or down, and since when: passages-down:2026-11-12.")] IReadOnlyList<string> Alarms);

/// <summary>A published score of a day that is over.</summary>
internal sealed record RevisionView(
    DateOnly Date, string Policy, int Revision, double Score, double HalfWidth, string Grade,
    [property: Description("Digest of policy, factors and decisions of the zone.")] string Rules,
    [property: Description("Digest of all its rows up to the day.")] string Inputs,
    string Reason, DateTimeOffset ComputedAt)
{
    public static RevisionView Of(DayScore day) => new(
        day.Score.Day, day.Score.Policy, day.Revision, day.Score.Score, day.Score.HalfWidth, day.Score.Grade.ToString(), day.Rules, day.Inputs, day.Reason, day.ComputedAt);
}
