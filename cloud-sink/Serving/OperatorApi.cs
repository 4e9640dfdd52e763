using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>What operators write: contests, devices, policies. Every change stands in the audit log, with the key or the role.</summary>
internal static class OperatorApi
{
    public const string Path = "/api/operator";

    /// <summary>A policy of a city, in base64.</summary>
    private const int BodyBytesMax = 2 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var contests = routes.MapGroup("/contests/{number:long}");
        contests.MapGet("/words", (long number, ContestDesk desk) => TypedResults.Ok(desk.Words(number)))
            .WithSummary("What objectors wrote, until the contest is decided.").Produces<IReadOnlyList<string>>();
        Post(contests, "/acknowledge", "The operator has read it.", (long number, Nothing _, ContestDesk desk, ClaimsPrincipal who) => Answer(desk.Acknowledge(number, By(who))));
        Post(contests, "/remeasure", "What a staged test of at least 50 events gave.", (long number, Measurement test, ContestDesk desk, ClaimsPrincipal who) =>
            Answer(desk.Remeasure(number, new ContestMeasure(test.Behaviour ?? "", test.TruePositives, test.FalsePositives, test.Misses), By(who))));
        Post(contests, "/decide", "Ends a contest.", Decide);
        var devices = routes.MapGroup("/devices/{device}");
        Post(devices, "/approve", "Lets the records of a device count, under this key and no other.", Approve);
        Post(devices, "/revoke", "From now on nothing of a device counts.", (string device, Nothing _, SinkOptions options, IEventStore store, TimeProvider time, ClaimsPrincipal who) =>
            Answer(new DeviceOffice(options, store, time, By(who)).Revoke(device)));
        Post(routes, "/policies", "Publishes the exact bytes of a policy.", Publish);
        Post(routes, "/policies/{id}/signatures", "Takes a body's signature: the file that sink policy sign writes.", SignAsync);
        Post(routes, "/policies/{id}/activate", "Decides from when a signed policy is in force.", Activate);
    }

    private static void Post(IEndpointRouteBuilder routes, string path, string summary, Delegate handler) => routes.MapPost(path, handler).WithSummary(summary)
        .WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax)).Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesValidationProblem();

    private static IResult Decide(long number, Decision decision, ContestDesk desk, ClaimsPrincipal who)
    {
        var asked = new Asked();
        var outcome = asked.OneOf("outcome", decision.Outcome ?? "", [.. Enum.GetValues<ContestOutcome>().Select(ContestDesk.WordOf)]);
        if (asked.IsFaulty)
            return asked.Problem();
        var ruling = new ContestRuling(Enum.GetValues<ContestOutcome>().First(one => ContestDesk.WordOf(one) == outcome), decision.Behaviour, decision.From, decision.To);
        return Answer(desk.Decide(number, ruling, By(who)));
    }

    private static IResult Approve(string device, Approval approval, SinkOptions options, IEventStore store, TimeProvider time, ClaimsPrincipal who)
    {
        var asked = new Asked();
        if (string.IsNullOrEmpty(approval.KeyId))
            asked.Fault("keyId", "Give the key that edge enrol prints on the device: whoever asks from afar cannot compare it otherwise.");
        if (asked.IsFaulty)
            return asked.Problem();
        var (approved, fault) = new DeviceOffice(options, store, time, By(who)).Approve(device, approval.Zones ?? [], approval.KeyId);
        return Answer(approved is null ? fault : null);
    }

    private static IResult Publish(Publication publication, PolicyDesk desk, ClaimsPrincipal who)
    {
        var (policy, faults) = desk.Publish(publication.Content ?? [], "policy.yaml", By(who));
        if (policy is not null)
            return TypedResults.NoContent();
        var asked = new Asked();
        asked.Fault("content", [.. faults]);
        return asked.Problem();
    }

    private static async Task<IResult> SignAsync(string id, HttpRequest request, PolicyDesk desk)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (PolicySignature.TryRead(body.ToArray()) is { } signature && signature.Policy == id)
            return Answer(desk.Sign(signature));
        var asked = new Asked();
        asked.Fault("body", $"It is no signature over {(Names.IsVersion(id) ? id : "this policy")} as sink policy sign writes it.");
        return asked.Problem();
    }

    private static IResult Activate(string id, Activation activation, PolicyDesk desk, ClaimsPrincipal who)
    {
        var (decided, fault) = desk.Activate(id, activation.Starts, By(who));
        return Answer(decided is null ? fault : null);
    }

    private static string By(ClaimsPrincipal who) => OperatorAccess.ActorOf(who);

    private static IResult Answer(string? fault) => fault is null
        ? TypedResults.NoContent()
        : TypedResults.Problem(fault, statusCode: StatusCodes.Status409Conflict, title: "Refused");

    /// <summary>There is nothing to say, but it is said in JSON: a form of another site cannot.</summary>
    internal sealed record Nothing;

    internal sealed record Measurement(string? Behaviour, long TruePositives, long FalsePositives, long Misses);

    internal sealed record Decision(
        [property: Description("uphold, exclude, recalibrate or disable.")] string? Outcome,
        string? Behaviour,
        [property: Description("The first day that no longer counts.")] DateOnly? From,
        [property: Description("The last one.")] DateOnly? To);

    internal sealed record Approval(
        [property: Description("What it may report; left out for what it was invited for.")] IReadOnlyList<string>? Zones,
        [property: Description("The key that edge enrol prints on the device.")] string? KeyId);

    internal sealed record Publication([property: Description("The exact bytes of the policy's file, in base64.")] byte[]? Content);

    internal sealed record Activation([property: Description("Left out for now.")] DateTimeOffset? Starts);
}
