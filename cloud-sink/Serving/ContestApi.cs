using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>How anyone objects to a score, and what came of it. What objectors wrote is read by operators alone.</summary>
internal static class ContestApi
{
    public const string Path = "/api/contests";

    /// <summary>The longest words in the longest encoding, and what stands around them.</summary>
    public const int BodyBytesMax = 16 * 1024;

    private const int UsualLimit = 100;

    public static void Map(IEndpointRouteBuilder reads, IEndpointRouteBuilder writes)
    {
        var api = reads.MapGroup(Path).WithTags("Contests");
        api.MapGet("", List).WithSummary("Every contest, the oldest first.").Produces<IReadOnlyList<ContestView>>().ProducesValidationProblem();
        api.MapGet("/{number:long}", (long number, ContestDesk desk, TimeProvider time) => desk.Find(number) is { } found ? (IResult)TypedResults.Ok(ContestView.Of(found, time.GetUtcNow())) : Unknown())
            .WithSummary("A contest.").Produces<ContestView>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/receipt/{receipt}", ([Description("As it was told at the opening.")] string receipt, ContestDesk desk, TimeProvider time) =>
                desk.Find(receipt) is { } found ? (IResult)TypedResults.Ok(ContestView.Of(found, time.GetUtcNow())) : Unknown())
            .WithSummary("The contest of a receipt.").Produces<ContestView>().ProducesProblem(StatusCodes.Status404NotFound);
        writes.MapPost(Path, Open).WithTags("Contests").RequireRateLimiting(ApiLimits.Reads).WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax))
            .WithSummary("Objects to a score, without a name. The receipt is told once.")
            .Produces<ContestReceipt>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static IResult List(
        HttpContext context, ContestDesk desk, TimeProvider time,
        [Description("Only of this zone.")] string? zone = null,
        [Description("How many on a page, 1 to 500; 100 without it.")] string? limit = null,
        [Description("Where the page begins, from the header Link of the one before.")] string? cursor = null)
    {
        var asked = new Asked();
        if (zone is not null && !Names.IsValid(zone))
            asked.Fault("zone", "zone is a name: [a-z0-9-], 3 to 32 characters.");
        var (count, after) = (asked.Whole("limit", limit, (1, ZonesApi.LimitMax), UsualLimit), asked.Whole("cursor", cursor, (0, int.MaxValue), 0));
        if (asked.IsFaulty)
            return asked.Problem();
        var page = desk.List(zone, after, count);
        if (page.Count == count)
            ApiFront.LinkNext(context, page[^1].Number.ToString(CultureInfo.InvariantCulture));
        return TypedResults.Ok<IReadOnlyList<ContestView>>([.. page.Select(contest => ContestView.Of(contest, time.GetUtcNow()))]);
    }

    private static IResult Open(ContestOpening opening, HttpContext context, ContestDesk desk, ScoreBook book, ContestLimits limits)
    {
        var asked = new Asked();
        if (opening.Zone is null || !Names.IsValid(opening.Zone) || book.Find(opening.Zone) is null)
            asked.Fault("zone", "No record of such a zone ever came; /api/zones lists those that there are.");
        else if (opening.Behaviour is not null && !book.Policy.Policy.BehavioursOf(opening.Zone).Contains(opening.Behaviour))
            asked.Fault("behaviour", $"This zone is not measured for it; /api/zones/{opening.Zone} says for what it is.");
        var reason = asked.OneOf("reason", opening.Reason ?? "", [.. Enum.GetValues<ContestReason>().Select(ContestDesk.WordOf)]);
        asked.Text("words", opening.Words, ContestDesk.WordsLengthMax);
        if (asked.IsFaulty)
            return asked.Problem();
        if (limits.TryTake(context) is { } wait)
            return ApiLimits.Refused(context, wait);
        var (receipt, number, fault) = desk.Open(
            opening.Zone!, opening.Behaviour, Enum.GetValues<ContestReason>().First(one => ContestDesk.WordOf(one) == reason), opening.Words);
        context.Response.Headers.CacheControl = "no-store";
        return receipt is null
            ? TypedResults.Problem(fault, statusCode: StatusCodes.Status409Conflict, title: "Not kept")
            : TypedResults.Created($"{Path}/{number}", new ContestReceipt(receipt, number, $"{Path}/receipt/{receipt}"));
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Unknown() => TypedResults.Problem(
        $"There is no such contest; {Path} lists those that there are.", statusCode: StatusCodes.Status404NotFound, title: "Unknown contest");
}

/// <summary>An objection, without a name.</summary>
internal sealed record ContestOpening(
    string? Zone,
    [property: Description("One that the zone is measured for; left out for the zone as a whole.")] string? Behaviour,
    [property: Description("camera-wrong, numbers-wrong, place-changed, zone-wrong, rule-wrong or other.")] string? Reason,
    [property: Description("For the operator alone, 1,000 characters at most; never published, and gone when the contest is decided. Write no names.")] string? Words);

/// <summary>With it, and with nothing else, an objection is found as one's own.</summary>
internal sealed record ContestReceipt([property: Description("Told once.")] string Receipt, long Number, string Follow);

/// <summary>A contest: all of it is public.</summary>
internal sealed record ContestView(
    long Number,
    string Zone,
    string? Behaviour,
    string Reason,
    [property: Description("open, acknowledged, remeasured or decided.")] string State,
    DateTimeOffset OpenedAt,
    DateTimeOffset? AcknowledgedAt,
    DateTimeOffset? RemeasuredAt,
    DateTimeOffset? DecidedAt,
    [property: Description("Until when the next step must be done.")] DateTimeOffset? Due,
    bool Overdue,
    long Objections,
    IEnumerable<ContestMeasureView> Measures,
    [property: Description("uphold, exclude, recalibrate or disable; null before it is decided.")] string? Outcome,
    string? RuledBehaviour,
    DateOnly? ExcludedFrom,
    DateOnly? ExcludedTo)
{
    public static ContestView Of(Contest contest, DateTimeOffset now) => new(
        contest.Number, contest.Zone, contest.Behaviour, ContestDesk.WordOf(contest.Reason), ContestDesk.WordOf(contest.State), contest.OpenedAt, contest.AcknowledgedAt,
        contest.RemeasuredAt, contest.DecidedAt, contest.Due, contest.IsOverdue(now), contest.Objections,
        contest.Measures.Select(one => new ContestMeasureView(one.Behaviour, one.TruePositives, one.FalsePositives, one.Misses, one.Precision, one.Recall, one.Factor)),
        contest.Ruling is { } ruling ? ContestDesk.WordOf(ruling.Outcome) : null, contest.Ruling?.Behaviour, contest.Ruling?.From, contest.Ruling?.To);
}

/// <summary>What a staged test gave.</summary>
internal sealed record ContestMeasureView(
    string Behaviour, long TruePositives, long FalsePositives, long Misses, double Precision, double Recall,
    [property: Description("Precision / recall, by which counts are multiplied.")] double? Factor);
