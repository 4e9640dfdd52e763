using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>
/// A signature over the exact bytes of a policy, detached, in a file of its own beside the policy's: <c>policy.yaml.council.sig</c>. ECDSA
/// P-256 over the pre-authentication encoding of DSSE, see <see cref="Dsse"/>.
/// </summary>
/// <param name="Policy">The policy's id, for people; nothing is decided by it.</param>
/// <param name="Sha256">Of the bytes, hexadecimal, for people.</param>
/// <param name="Role">Whose, as files write it.</param>
/// <param name="Keyid">See <see cref="Dsse.KeyId"/>.</param>
/// <param name="Sig">In base64.</param>
internal sealed record PolicySignature(
    [property: JsonRequired] string Policy,
    [property: JsonRequired] string Sha256,
    [property: JsonRequired] string Role,
    [property: JsonRequired] string Keyid,
    [property: JsonRequired] string Sig)
{
    /// <summary>What is signed as; a signature over anything else is none over a policy.</summary>
    public const string PayloadType = "application/vnd.socialcredit-edge.policy+yaml";

    private static readonly JsonSerializerOptions Written = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Signs bytes by a key for a role.</summary>
    public static PolicySignature Make(PolicyFile policy, PolicyRole role, ECDsa key) => new(
        policy.Policy.Id, Sha256Of(policy.Bytes.Span), PolicyTables.WordOf(role), Dsse.KeyId(key.ExportSubjectPublicKeyInfo()),
        Dsse.Sign(key, PayloadType, policy.Bytes.Span));

    /// <summary>Null for whatever is no such file.</summary>
    public static PolicySignature? TryRead(ReadOnlySpan<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize<PolicySignature>(file, JsonSerializerOptions.Web) is { Policy: not null, Sha256: not null, Role: not null, Keyid: not null, Sig: not null } read
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToFile() => JsonSerializer.Serialize(this, Written) + "\n";

    public static string Sha256Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The role of a word of a file; null for none.</summary>
    public static PolicyRole? RoleOf(string word)
    {
        foreach (var role in Enum.GetValues<PolicyRole>())
        {
            if (PolicyTables.WordOf(role) == word)
                return role;
        }

        return null;
    }
}
