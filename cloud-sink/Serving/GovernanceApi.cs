using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>Who said what is good, and when: published policies with their signatures, and the audit log with the hash of its head.</summary>
internal static class GovernanceApi
{
    private const int UsualLimit = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var policies = routes.MapGroup("/api/policies").WithTags("Policies");
        policies.MapGet("", Policies).WithSummary("Every policy that was published, the newest first.");
        policies.MapGet("/{id}", (string id, PolicyTables tables) => tables.Find(id) is { } found
                ? TypedResults.Bytes(found.Bytes, "application/yaml; charset=utf-8")
                : (IResult)UnknownPolicy())
            .WithSummary("A policy: the exact bytes that were published and signed.")
            .Produces<string>(contentType: "application/yaml").ProducesProblem(StatusCodes.Status404NotFound);
        policies.MapGet("/{id}/signatures", Signatures).WithSummary("Who signed it, under which key, and whether it still holds.")
            .Produces<IReadOnlyList<SignatureView>>().ProducesProblem(StatusCodes.Status404NotFound);
        policies.MapGet("/{id}/diff", Difference).WithSummary("In what a policy differs from another, or from the one in force.")
            .Produces<IReadOnlyList<PolicyDifferenceView>>().ProducesProblem(StatusCodes.Status404NotFound).ProducesValidationProblem();
        var audit = routes.MapGroup("/api/audit").WithTags("Audit");
        audit.MapGet("", Audit).WithSummary("Lines of the audit log, oldest first: sink audit verify checks their chain.")
            .Produces<IReadOnlyList<AuditLineView>>().ProducesValidationProblem();
        audit.MapGet("/head", Head)
            .WithSummary("How many lines there are and the hash of the last: note it, and no line before it can be changed unseen.");
    }

    private static IReadOnlyList<PolicyView> Policies(PolicyTables tables, PolicyDesk desk, ScoreBook book)
    {
        // By its bytes: one that was activated and is not fit to be in force is not the current one, whatever the store says.
        var (activations, current) = (tables.Activations(), PolicySignature.Sha256Of(book.Policy.Bytes.Span));
        return [.. tables.All().Select(policy =>
        {
            var activation = activations.FirstOrDefault(one => one.Policy == policy.Id);
            return new PolicyView(
                policy.Id, policy.Sha256, policy.PublishedAt, desk.SignersOf(policy).Select(PolicyTables.WordOf), activation?.Starts, activation?.Ends,
                current == policy.Sha256, $"/api/policies/{policy.Id}", $"/api/policies/{policy.Id}/signatures");
        })];
    }

    private static IResult Signatures(string id, PolicyTables tables, PolicyDesk desk)
    {
        if (tables.Find(id) is not { } policy)
            return UnknownPolicy();
        var holding = desk.SignersOf(policy);
        return TypedResults.Ok<IReadOnlyList<SignatureView>>([.. tables.Signatures(id).Select(one => new SignatureView(
            PolicyTables.WordOf(one.Role), one.KeyId, one.Signature, PolicySignature.PayloadType, one.TakenAt, holding.Contains(one.Role)))]);
    }

    private static IResult Difference(
        string id, PolicyTables tables, ScoreBook book, [Description("The id of the earlier one; the one in force without it.")] string? against = null)
    {
        if (tables.Find(id) is not { } after || PolicyReader.Parse(after.Bytes.ToArray(), id).File is not { } now)
            return UnknownPolicy();
        var before = book.Policy;
        if (against is not null)
        {
            var asked = new Asked();
            if (!Names.IsVersion(against) || tables.Find(against) is not { } found || PolicyReader.Parse(found.Bytes.ToArray(), against).File is not { } earlier)
            {
                asked.Fault("against", "No such policy was published; /api/policies lists those that were.");
                return asked.Problem();
            }

            before = earlier;
        }

        return TypedResults.Ok<IReadOnlyList<PolicyDifferenceView>>([.. PolicyDifference.Between(before.Policy, now.Policy)
            .Select(one => new PolicyDifferenceView(before.Policy.Id, one.Behaviour, one.What, one.Before, one.After, one.ToString()))]);
    }

    private static AuditHeadView Head(AuditTables tables)
    {
        var (number, hash) = tables.Head();
        return new AuditHeadView(number, hash);
    }

    private static IResult Audit(
        HttpContext context, AuditTables tables,
        [Description("How many on a page, 1 to 500; 100 without it.")] string? limit = null,
        [Description("Lines after this number; the header Link has the next.")] string? cursor = null)
    {
        var asked = new Asked();
        var (count, after) = (asked.Whole("limit", limit, (1, ZonesApi.LimitMax), UsualLimit), asked.Whole("cursor", cursor, (0, int.MaxValue), 0));
        if (asked.IsFaulty)
            return asked.Problem();
        var page = tables.Lines(after, count);
        if (page.Count == count)
            ApiFront.LinkNext(context, page[^1].Number.ToString(CultureInfo.InvariantCulture));
        return TypedResults.Ok<IReadOnlyList<AuditLineView>>([.. page.Select(line => new AuditLineView(line.Number, line.Hash, line.Line, JsonSerializer.Deserialize<JsonElement>(line.Line)))]);
    }

    private static ProblemHttpResult UnknownPolicy() => TypedResults.Problem(
        "No such policy was published; /api/policies lists those that were.", statusCode: StatusCodes.Status404NotFound, title: "Unknown policy");
}

/// <summary>A published policy.</summary>
internal sealed record PolicyView(
    string Id,
    [property: Description("Of the exact bytes, hexadecimal.")] string Sha256,
    DateTimeOffset PublishedAt,
    [property: Description("operator, council, civil_society: those whose signatures hold.")] IEnumerable<string> SignedBy,
    [property: Description("From when it is in force, as last decided.")] DateTimeOffset? Starts,
    DateTimeOffset? Ends,
    bool Current,
    string Bytes,
    string Signatures);

/// <summary>A signature over the exact bytes, in the pre-authentication encoding of DSSE.</summary>
internal sealed record SignatureView(
    string Role, string KeyId, [property: Description("Base64.")] string Signature, string PayloadType, DateTimeOffset TakenAt,
    [property: Description("It holds under the key that is in force for the role.")] bool Holds);

/// <summary>One thing in which a policy differs.</summary>
internal sealed record PolicyDifferenceView(
    [property: Description("From which.")] string Against,
    [property: Description("Null for what holds for all.")] string? Behaviour,
    string What, string? Before, string? After, string Words);

/// <summary>A line of the audit log.</summary>
internal sealed record AuditLineView(
    long Number,
    [property: Description("SHA-256 over the hash of the line before, a line end, and the line.")] string Hash,
    [property: Description("The exact text that is hashed.")] string Line,
    [property: Description("The same, read.")] JsonElement Entry);

/// <summary>The head of the audit log.</summary>
internal sealed record AuditHeadView(long Number, string Hash);
