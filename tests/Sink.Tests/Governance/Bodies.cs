using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>The three bodies with their keys, and a policy that they may sign.</summary>
internal static class Bodies
{
    public const string Complete = """
        id: p-2026.4
        permittedUses: [Deciding where a crossing is rebuilt first.]
        behaviours:
          red_crossing:
            sign: bad
            weight: 12
            reference: 4
            definition: Enters the carriageway more than 2.0 s after the signal turned red.
            source: Counted by hand at five crossings in May 2026.
        """;

    private static readonly Dictionary<PolicyRole, ECDsa> Keys = Enum.GetValues<PolicyRole>().ToDictionary(role => role, _ => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static RoleKeys Public { get; } = new(Keys.ToDictionary(key => key.Key, key => key.Value.ExportSubjectPublicKeyInfo()));

    public static byte[] Bytes(string policy = Complete) => Encoding.UTF8.GetBytes(policy);

    /// <summary>The signature of a body, by its own key or by that of another.</summary>
    public static PolicySignature Sign(PolicyRole role, string policy = Complete, PolicyRole? with = null)
    {
        var (file, faults) = PolicyReader.Parse(Bytes(policy), "policy.yaml");
        Assert.Empty(faults);
        return PolicySignature.Make(file!, role, Keys[with ?? role]);
    }

    public static string PublicPem(PolicyRole role) => Keys[role].ExportSubjectPublicKeyInfoPem();

    public static string PrivatePem(PolicyRole role) => Keys[role].ExportPkcs8PrivateKeyPem();
}
