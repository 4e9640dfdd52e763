using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Tests;

/// <summary>What a device signs to be enrolled, for tests; the keys are those of <see cref="TestManifests.KeyOf"/>.</summary>
internal static class TestSignatures
{
    /// <summary>A request for a certificate by this key, DER.</summary>
    public static byte[] SigningRequest(string device, ECDsa key) =>
        new CertificateRequest($"CN={device}", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>What a device asks when it is enrolled, or without a claim to have its certificate renewed.</summary>
    public static EnrolmentRequest Asking(string device, ECDsa key, string? claim = null) => new()
    {
        Device = device,
        Site = "plaza-7",
        Zones = ["crossing-north"],
        Claim = claim,
        SigningRequest = Convert.ToBase64String(SigningRequest(device, key)),
    };
}
