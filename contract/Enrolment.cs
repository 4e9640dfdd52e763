using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// A device asks to be enrolled, or to have its certificate renewed: the body of <c>POST /api/enrolment</c>. It asks again with the same
/// content until it is answered for good; asking twice changes nothing.
/// </summary>
public sealed record EnrolmentRequest
{
    /// <summary>No request is longer, bytes.</summary>
    public const int BytesMax = 16 * 1024;

    /// <summary>Where the sink takes it.</summary>
    public const string Path = "/api/enrolment";

    [JsonRequired, Description("1, the version of this form.")]
    public int V { get; init; } = 1;

    [Description("[a-z0-9-]{3,32}")]
    public required string Device { get; init; }

    [Description("[a-z0-9-]{3,32}")]
    public required string Site { get; init; }

    [Description("The zones that its configuration names; the operator approves them with the device.")]
    public required IReadOnlyList<string> Zones { get; init; }

    [Description("The secret of the claim code, hexadecimal; null to renew, which the key itself allows.")]
    public string? Claim { get; init; }

    [Description("PKCS #10 with the subject CN={device} and an ECDSA P-256 key, DER in base64. Its own signature shows that the device has the key.")]
    public required string SigningRequest { get; init; }

    [Description("To have a new key: the DSSE signature of the key enrolled until now over the bytes of signingRequest, as type application/pkcs10.")]
    public string? OldKeySignature { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, EnrolmentJson.Default.EnrolmentRequest);

    /// <summary>Null for anything that is not of this form.</summary>
    public static EnrolmentRequest? TryDecode(ReadOnlySpan<byte> body)
    {
        if (body.Length > BytesMax)
            return null;
        try
        {
            var request = JsonSerializer.Deserialize(body, EnrolmentJson.Default.EnrolmentRequest);
            var isWhole = request is { V: 1, Zones.Count: <= PrivacyManifest.ZonesMax } && Names.IsValid(request.Device) && Names.IsValid(request.Site)
                && request.Zones.All(zone => zone is not null && Names.IsValid(zone));
            return isWhole ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How far an enrolment is.</summary>
public enum EnrolmentStatus : byte
{
    /// <summary>An operator has not approved it yet; ask again.</summary>
    Waiting,

    /// <summary>The certificate is in the answer.</summary>
    Approved,

    /// <summary>Never in this form; the reason says why.</summary>
    Refused,
}

/// <summary>The sink's answer.</summary>
public sealed record EnrolmentAnswer
{
    [JsonRequired]
    public EnrolmentStatus Status { get; init; }

    [Description("In words, where it was refused.")]
    public string? Reason { get; init; }

    [Description("The device's certificate, PEM; short-lived, renewed by the device itself.")]
    public string? Certificate { get; init; }

    [Description("The sink's authority, PEM: it signed this certificate, the broker's and the sink's own.")]
    public string? Authority { get; init; }

    [Description("SubjectPublicKeyInfo in base64 of the key that signs commands to devices.")]
    public string? CommandKey { get; init; }

    [Description("The zones that were approved.")]
    public IReadOnlyList<string> Zones { get; init; } = [];

    [Description("Where the device is to connect; null where the sink does not know.")]
    public string? BrokerHost { get; init; }

    public int? BrokerPort { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, EnrolmentJson.Default.EnrolmentAnswer);

    /// <summary>Names are names, the broker is a host, and the reason, which a terminal shows, holds nothing but text.</summary>
    private bool IsWhole() =>
        Zones.All(zone => zone is not null && Names.IsValid(zone))
        && (BrokerHost is not { } host || Uri.CheckHostName(host) != UriHostNameType.Unknown)
        && BrokerPort is null or (>= 1 and <= 65535)
        && Reason?.Any(char.IsControl) != true;

    /// <summary>Null for anything that is not of this form.</summary>
    public static EnrolmentAnswer? TryDecode(ReadOnlySpan<byte> body)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(body, EnrolmentJson.Default.EnrolmentAnswer);

            // A list that is absent is null to the generated reader, whatever the property begins with.
            if (answer is { Zones: null })
                answer = answer with { Zones = [] };
            return answer?.IsWhole() == true ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = 4,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EnrolmentStatusWords)])]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentAnswer))]
internal sealed partial class EnrolmentJson : JsonSerializerContext;

internal sealed class EnrolmentStatusWords() : JsonStringEnumConverter<EnrolmentStatus>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
