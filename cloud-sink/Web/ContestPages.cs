using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Web.Components;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>
/// How anyone objects on a page: no account, no name, no cookie. Since there is no session, there is nothing that another site could misuse in
/// a visitor's name; that the form was sent from here is asked all the same, by what browsers say of the sender.
/// </summary>
internal static class ContestPages
{
    private const int BodyBytesMax = 16 * 1024, PageSize = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/contests", List);
        pages.MapGet("/contests/new", (string? zone, string? behaviour, ScoreBook book, PlaceCensus places, SinkOptions options) =>
            FormOf(new ContestForm { Zone = zone ?? "", Behaviour = behaviour }, [], book, places, options) is { } view
                ? new RazorComponentResult<ContestFormPage>(new { View = view })
                : SitePages.Missing());
        pages.MapPost("/contests/new", OpenAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(BodyBytesMax));
        pages.MapPost("/contests/find", (Delegate)FindAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(BodyBytesMax));
        pages.MapGet("/contests/{receipt}", One);
    }

    private static RazorComponentResult<ContestsPage> List(HttpRequest request, ContestDesk desk, SinkOptions options, ScoreBook book, TimeProvider time)
    {
        _ = long.TryParse(request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var after);
        var zone = request.Query["zone"].ToString();
        var all = desk.List(zone.Length == 0 ? null : zone, after, PageSize + 1);
        var rows = all.Take(PageSize).Select(contest => ContestCard.Of(contest, book, options, time.GetUtcNow())).ToList();
        return new(new { View = new ContestListView(rows, zone, all.Count > PageSize ? all[PageSize - 1].Number : null) });
    }

    private static RazorComponentResult One(string receipt, HttpContext context, ContestDesk desk, SinkOptions options, ScoreBook book, TimeProvider time)
    {
        // A number is public, a receipt is its holder's: neither history nor cache needs it.
        context.Response.Headers.CacheControl = "no-store";
        var isNumber = long.TryParse(receipt, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var found = isNumber ? desk.Find(number) : desk.Find(receipt);
        return found is null
            ? SitePages.Missing()
            : new RazorComponentResult<ContestPage>(new
            {
                View = ContestCard.Of(found, book, options, time.GetUtcNow()),
                Receipt = isNumber ? null : receipt,
            });
    }

    private static async Task<IResult> FindAsync(HttpContext context)
    {
        if (!IsFromHere(context.Request) || !context.Request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        if (await FormOfAsync(context) is not { } form)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        return TypedResults.LocalRedirect($"~/contests/{Uri.EscapeDataString(form["receipt"].ToString().Trim() is { Length: > 0 } receipt ? receipt : "none")}");
    }

    private static async Task<IResult> OpenAsync(HttpContext context, ContestDesk desk, ContestLimits limits, ScoreBook book, PlaceCensus places, SinkOptions options)
    {
        if (!IsFromHere(context.Request) || !context.Request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        if (await FormOfAsync(context) is not { } form)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var sent = ContestForm.Of(form);
        if (FormOf(sent, [], book, places, options) is not { } view)
            return SitePages.Missing();
        var faults = sent.Faults(view);
        if (faults.Count == 0 && limits.TryTake(context) is not null)
            return Again(["contest.fault.many"], StatusCodes.Status429TooManyRequests);
        if (faults.Count > 0)
            return Again(faults, StatusCodes.Status422UnprocessableEntity);
        var (receipt, number, _) = desk.Open(sent.Zone, sent.Behaviour, sent.Reason!.Value, sent.Words);
        return TypedResults.LocalRedirect(receipt is null ? $"~/contests/{number}" : $"~/contests/{receipt}", permanent: false, preserveMethod: false);

        RazorComponentResult Again(IReadOnlyList<string> said, int status) =>
            new RazorComponentResult<ContestFormPage>(new { View = view with { Faults = said } }) { StatusCode = status };
    }

    private static ContestFormView? FormOf(ContestForm form, IReadOnlyList<string> faults, ScoreBook book, PlaceCensus places, SinkOptions options)
    {
        var zones = form.Zone.Length == 0 ? places.First(ContestFormView.ZonesMax) : [];
        if (form.Zone.Length == 0)
            return new ContestFormView(form, faults, null, [], [.. zones.Select(zone => (zone.Zone, PlaceCard.NamesOf(zone, options).Title))]);
        return book.Find(form.Zone) is { } found
            ? new ContestFormView(form, faults, PlaceCard.NamesOf(found, options).Title, book.Policy.Policy.BehavioursOf(form.Zone), [])
            : null;
    }

    /// <summary>Null where more is sent than any form of these pages has.</summary>
    private static async Task<IFormCollection?> FormOfAsync(HttpContext context)
    {
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception tooMuch) when (tooMuch is BadHttpRequestException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Browsers say where a form was sent from: by Fetch metadata (https://www.w3.org/TR/fetch-metadata/), the older ones by the origin.</summary>
    private static bool IsFromHere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none";
        return Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value;
    }
}
