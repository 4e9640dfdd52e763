using System.Security.Cryptography;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>The public keys of the three bodies that sign policies, as the configuration names their files.</summary>
internal sealed class RoleKeys(IReadOnlyDictionary<PolicyRole, byte[]> keys)
{
    private const int FileBytesMax = 16 * 1024;

    public static RoleKeys None { get; } = new(new Dictionary<PolicyRole, byte[]>());

    /// <summary>SubjectPublicKeyInfo of a role's key; null where it has none.</summary>
    public byte[]? Find(PolicyRole role) => keys.GetValueOrDefault(role);

    /// <summary>See <see cref="Dsse.KeyId"/>; null where the role has no key.</summary>
    public string? IdOf(PolicyRole role) => Find(role) is { } key ? Dsse.KeyId(key) : null;

    /// <summary>The roles of whose keys a signature over these exact bytes holds.</summary>
    public IReadOnlyList<PolicyRole> Signers(ReadOnlySpan<byte> policy, IEnumerable<StoredSignature> signatures)
    {
        var roles = new List<PolicyRole>();
        foreach (var signature in signatures)
        {
            if (Find(signature.Role) is { } key && !roles.Contains(signature.Role) && Dsse.Verify(key, PolicySignature.PayloadType, policy, signature.Signature))
                roles.Add(signature.Role);
        }

        return roles;
    }

    /// <summary>Reads the keys that a configuration names.</summary>
    /// <param name="options">Names of files, from the folder of the configuration.</param>
    /// <param name="path">Of a file as it is named there.</param>
    /// <param name="fault">Key, problem and hint of whatever is wrong.</param>
    public static RoleKeys Read(GovernanceOptions options, Func<string, string> path, Action<string, string, string> fault)
    {
        var keys = new Dictionary<PolicyRole, byte[]>();
        foreach (var (word, file) in options.Keys)
        {
            var at = $"governance.keys.{word}";
            if (PolicySignature.RoleOf(word) is not { } role)
                fault(at, "No such body signs policies.", "They are operator, council and civil_society.");
            else if (TryReadKey(path(file)) is not { } key)
                fault(at, $"{file} is no public key of ECDSA P-256 in PEM, or cannot be read.", $"Make one with: sink policy keygen --role {word}");
            else if (keys.Values.Any(other => other.AsSpan().SequenceEqual(key)))
                fault(at, "Another body has the same key.", "Two signatures by one key are one: each body makes a key of its own.");
            else
                keys.Add(role, key);
        }

        if (keys.Count < PolicyTerms.Quorum)
            fault("governance.keys", $"{keys.Count} bodies can sign; a policy needs {PolicyTerms.Quorum}.", "Name the public keys of operator, council and civil_society.");
        return new RoleKeys(keys);
    }

    private static byte[]? TryReadKey(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[FileBytesMax];
            var read = file.ReadAtLeast(bytes, FileBytesMax, throwOnEndOfStream: false);
            var pem = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, read));
            // What holds a private key is no public key, even if one could be made of it: it does not belong on this machine.
            if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
                return null;
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            var info = key.ExportSubjectPublicKeyInfo();
            using var usable = Dsse.TryImport(info);
            return usable is null ? null : info;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>What stands under <c>governance</c> in <c>sink.yaml</c>.</summary>
public sealed record GovernanceOptions
{
    /// <summary>Files with the public keys (PEM) of the bodies that sign: <c>operator</c>, <c>council</c>, <c>civil_society</c>.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public required IReadOnlyDictionary<string, string> Keys { get; init; }
}

/// <summary>When a policy may be in force, whoever signs it.</summary>
internal static class PolicyTerms
{
    /// <summary>So many of the three bodies must have signed.</summary>
    public const int Quorum = 2;

    /// <summary>A policy is in force for so many months from its first activation on, and cannot be activated later after its publication.</summary>
    public const int Months = 12;

    /// <summary>Between publication and activation anyone can read it.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(14);

    /// <summary>Before its end it is said that it ends.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromDays(30);
}
