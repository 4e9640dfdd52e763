using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class SignedManifestTests
{
    private static readonly SignedManifest Good = TestManifests.Sign(TestManifests.Example, TestManifests.ExampleKey);

    [Fact]
    public void What_the_device_signed_is_opened()
    {
        Assert.True(Good.TryOpen(out var manifest, out var reason), reason);

        Assert.Equal("edge-01", manifest!.Device);
        Assert.Equal(64, Good.Digest.Length);
        Assert.Equal(Good.Digest, TestManifests.Sign(TestManifests.Example, TestManifests.ExampleKey).Digest);
    }

    [Fact]
    public void A_zone_that_was_forged_in_afterwards_breaks_the_signature()
    {
        var forged = Encoding.UTF8.GetString(Good.Payload.Span).Replace("\"zone\":\"crossing-north\"", "\"zone\":\"crossing-south\"", StringComparison.Ordinal);

        AssertRefused(Good with { Payload = Encoding.UTF8.GetBytes(forged) }, "the signature is not one by the key in the manifest");
    }

    [Fact]
    public void A_stranger_can_sign_only_in_his_own_name()
    {
        var stranger = TestManifests.KeyOf("stranger");

        AssertRefused(TestManifests.Sign(TestManifests.Example, stranger), "the key id is not that of the key");
        AssertRefused(TestManifests.Sign(TestManifests.Example, stranger) with { KeyId = Good.KeyId }, "the signature is not one by the key");
    }

    [Fact]
    public void A_signature_over_the_bare_bytes_or_as_another_type_is_none()
    {
        var payload = Good.Payload.ToArray();
        var bare = TestManifests.ExampleKey.SignData(payload, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var other = TestManifests.ExampleKey.SignData(
            Dsse.PreAuthenticationEncoding("application/json", payload), System.Security.Cryptography.HashAlgorithmName.SHA256);

        AssertRefused(Good with { Signature = Convert.ToBase64String(bare) }, "the signature is not one");
        AssertRefused(Good with { Signature = Convert.ToBase64String(other) }, "the signature is not one");
        AssertRefused(Good with { Signature = "" }, "the signature is not one");
    }

    private static void AssertRefused(SignedManifest signed, string reason)
    {
        Assert.False(signed.TryOpen(out var manifest, out var told));
        Assert.Null(manifest);
        Assert.StartsWith(reason, told, StringComparison.Ordinal);
    }
}
