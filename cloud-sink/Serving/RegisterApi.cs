using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>What stands on a zone's sign: what its camera counts, what it cannot see, who signed the rules, how to object.</summary>
internal static class RegisterApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/zones/{zone}/register", Register).WithTags("Scores")
        .WithSummary("The public register's page of a zone.").ProducesProblem(StatusCodes.Status404NotFound);

    private static Results<Ok<RegisterView>, ProblemHttpResult> Register(string zone, ScoreBook book, SinkOptions options, PolicyTables policies, Signers signers)
    {
        if (book.Find(zone) is not { } summary)
            return TypedResults.Problem("No record of such a zone ever came; /api/zones lists those that there are.", statusCode: StatusCodes.Status404NotFound, title: "Unknown zone");
        var (entry, policy) = (options.Zones.GetValueOrDefault(zone), book.Policy.Policy);
        return TypedResults.Ok(new RegisterView(
            zone, summary.Site, entry?.Title, entry?.Place, summary.Simulated, summary.Device, $"/api/devices/{summary.Device}/manifest",
            [.. policy.BehavioursOf(zone).Select(name => MeasureView.Of(name, policy.Behaviours[name]))], ManifestWords.Never, Explanation.Guarantee,
            policy.Id, policies.Find(policy.Id) is { } stored ? signers.Desk.SignersOf(stored).Select(PolicyTables.WordOf) : [], policy.PermittedUses,
            signers.Contests.List(zone).Count(contest => contest.State != ContestState.Decided), ContestApi.Path));
    }

    /// <summary>Who signs, and who objects.</summary>
    internal sealed record Signers(PolicyDesk Desk, ContestDesk Contests);
}

/// <summary>The register's page of a zone.</summary>
internal sealed record RegisterView(
    string Zone,
    string Site,
    string? Title,
    string? Place,
    bool Simulated,
    string Device,
    [property: Description("All that the device can send, as it signed it.")] string Manifest,
    [property: Description("What is counted here.")] IReadOnlyList<MeasureView> Measures,
    [property: Description("What never leaves the device.")] string Never,
    string Guarantee,
    string Policy,
    [property: Description("Whose signatures over the policy hold; none where one operator alone decides.")] IEnumerable<string> SignedBy,
    IReadOnlyList<string> PermittedUses,
    [property: Description("Objections that are not decided yet.")] int OpenContests,
    [property: Description("Where to object: POST zone, behaviour, reason and words.")] string Object);
