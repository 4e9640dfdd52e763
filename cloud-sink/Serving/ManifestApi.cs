using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// What each device can send, as it signed it. The bytes are served as they are, so that they can be read and compared, with the
/// signature in the headers that are named as on MQTT; and in an envelope, because a header is lost when a file is saved.
/// </summary>
internal static class ManifestApi
{
    private const int UsualLimit = 100, LimitMax = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/devices").WithTags("Devices");
        api.MapGet("", Devices).WithSummary("Every device with the manifest that is in force, by name.").Produces<IReadOnlyList<DeviceView>>().ProducesValidationProblem();
        var device = api.MapGroup("/{device}").ProducesProblem(StatusCodes.Status404NotFound);
        device.MapGet("/manifest", Manifest)
            .WithSummary("What the device can send: the exact bytes that it signed, with the headers sig and kid.")
            .Produces<string>(contentType: SignedManifest.PayloadType);
        device.MapGet("/manifest/envelope", Envelope)
            .WithSummary("The same with its signature in one file (DSSE); sink manifest verify checks it.")
            .Produces<string>(contentType: DsseEnvelope.ContentType);
        device.MapGet("/manifests", Manifests).WithSummary("Every manifest that the device ever sent, the one in force first.");
    }

    private static IResult Devices(
        HttpContext context, IEventStore store,
        [Description("How many on a page, 1 to 500; 100 without it.")] string? limit = null,
        [Description("Where the page begins, from the header Link of the one before.")] string? cursor = null)
    {
        var asked = new Asked();
        var count = asked.Whole("limit", limit, (1, LimitMax), UsualLimit);
        if (cursor is not null && !Names.IsValid(cursor))
            asked.Fault("cursor", "This is no cursor from here; take it from the header Link.");
        if (asked.IsFaulty)
            return asked.Problem();
        var page = new ManifestTables(store.Database).InForce(cursor ?? "", count);
        if (page.Count == count)
            ApiFront.LinkNext(context, page[^1].Device);
        return TypedResults.Ok<IReadOnlyList<DeviceView>>([.. page.Select(DeviceView.Of).OfType<DeviceView>()]);
    }

    private static Results<FileContentHttpResult, ProblemHttpResult> Manifest(
        string device, IEventStore store, HttpResponse response, [Description(DigestHelp)] string? digest = null)
    {
        if (Find(store, device, digest) is not { } found)
            return Unknown();
        response.Headers[Dsse.SignatureProperty] = found.Signed.Signature;
        response.Headers[Dsse.KeyIdProperty] = found.Signed.KeyId;
        return TypedResults.Bytes(found.Signed.Payload, SignedManifest.PayloadType);
    }

    private static Results<JsonHttpResult<DsseEnvelope>, ProblemHttpResult> Envelope(
        string device, IEventStore store, [Description(DigestHelp)] string? digest = null) =>
        Find(store, device, digest) is { } found
            ? TypedResults.Json(DsseEnvelope.Of(found.Signed), contentType: DsseEnvelope.ContentType)
            : Unknown();

    private static Results<Ok<IEnumerable<ManifestView>>, ProblemHttpResult> Manifests(string device, IEventStore store) =>
        store.Manifests(device) is { Count: > 0 } all ? TypedResults.Ok(all.Select(ManifestView.Of)) : Unknown();

    private static StoredManifest? Find(IEventStore store, string device, string? digest) =>
        device.Length == 0 ? null : store.Manifests(device).FirstOrDefault(one => digest is null || one.Signed.Digest == digest);

    private static ProblemHttpResult Unknown() => TypedResults.Problem(
        "No such manifest ever came; /api/devices lists the devices that there are.", statusCode: StatusCodes.Status404NotFound, title: "Unknown manifest");

    private const string DigestHelp = "SHA-256 of an earlier one, hexadecimal; the one in force without it.";
}

/// <summary>A device and what it can send now.</summary>
internal sealed record DeviceView(
    string Device,
    string Site,
    [property: Description("standard, strict or demo.")] string Profile,
    string Software,
    IEnumerable<string> Zones,
    DateOnly Issued,
    [property: Description("When these bytes first came.")] DateTimeOffset FirstAt,
    [property: Description("SHA-256 of the bytes.")] string Digest,
    [property: Description("SHA-256 of the device's public key; compare it with edge privacy manifest on the device.")] string KeyId)
{
    /// <summary>Null where it can no longer be read.</summary>
    public static DeviceView? Of(StoredManifest stored) =>
        PrivacyManifestJson.TryDecode(stored.Signed.Payload.Span, out var manifest, out _) && manifest is not null
            ? new(
                stored.Device, manifest.Site, manifest.Profile.ToString().ToLowerInvariant(), manifest.Software,
                manifest.Zones.Select(zone => zone.Zone), manifest.Issued, stored.FirstAt, stored.Signed.Digest, stored.Signed.KeyId)
            : null;
}

/// <summary>One of the manifests of a device.</summary>
internal sealed record ManifestView(string Digest, string KeyId, DateTimeOffset FirstAt)
{
    public static ManifestView Of(StoredManifest stored) => new(stored.Signed.Digest, stored.Signed.KeyId, stored.FirstAt);
}
