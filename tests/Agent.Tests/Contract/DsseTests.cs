using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>Against the vectors of DSSE itself: protocol.md and testvectors/vectors.json.</summary>
public sealed class DsseTests
{
    private const string HelloType = "http://example.com/HelloWorld";

    private const string HelloSignature = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==";

    private static readonly byte[] Hello = "hello world"u8.ToArray();

    private static readonly byte[] PublicKey = TestManifests.ExampleKey.ExportSubjectPublicKeyInfo();

    [Theory]
    [InlineData(HelloType, "aGVsbG8gd29ybGQ=", "DSSEv1 29 http://example.com/HelloWorld 11 hello world")]
    [InlineData("application/vnd.ex\u00e4mple+json", "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==",
        "DSSEv1 29 application/vnd.ex\u00e4mple+json 43 {\"_type\":\"https://in-toto.io/Statement/v1\"}")]
    [InlineData("application/vnd.in-toto+json", "", "DSSEv1 28 application/vnd.in-toto+json 0 ")]
    public void The_encoding_is_that_of_the_vectors(string type, string body, string encoded) =>
        Assert.Equal(encoded, Encoding.UTF8.GetString(Dsse.PreAuthenticationEncoding(type, Convert.FromBase64String(body))));

    [Fact]
    public void The_signature_of_the_vector_holds_in_either_alphabet()
    {
        Assert.True(Dsse.Verify(PublicKey, HelloType, Hello, HelloSignature));
        Assert.True(Dsse.Verify(PublicKey, HelloType, Hello, HelloSignature.Replace('+', '-').Replace('/', '_')));
    }

    [Fact]
    public void It_holds_for_no_other_body_type_key_or_text()
    {
        Assert.False(Dsse.Verify(PublicKey, HelloType, "hello World"u8, HelloSignature));
        Assert.False(Dsse.Verify(PublicKey, HelloType + "2", Hello, HelloSignature));
        Assert.False(Dsse.Verify(TestManifests.KeyOf("other").ExportSubjectPublicKeyInfo(), HelloType, Hello, HelloSignature));
        foreach (var bad in (string[])["", "A3", "!!!", HelloSignature[..^4], HelloSignature + HelloSignature, new string('A', 88), HelloSignature[..85] + "B==", "\u00e4"])
            Assert.False(Dsse.Verify(PublicKey, HelloType, Hello, bad));
    }

    [Fact]
    public void A_key_of_another_curve_or_kind_or_none_verifies_nothing()
    {
        using var wide = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        foreach (var key in (byte[][])[wide.ExportSubjectPublicKeyInfo(), rsa.ExportSubjectPublicKeyInfo(), [], [0x30, 0x03], PublicKey[..^1]])
            Assert.False(Dsse.Verify(key, HelloType, Hello, HelloSignature));

        // Of a curve that nobody knows, of another form, on no curve at all: whatever byte is another, none of it throws.
        for (var at = 0; at < PublicKey.Length; at++)
        {
            var forged = PublicKey.ToArray();
            forged[at] ^= 0x41;
            Assert.False(Dsse.Verify(forged, HelloType, Hello, HelloSignature));
        }
    }

    [Fact]
    public void A_key_is_named_by_all_of_its_hash()
    {
        var id = Dsse.KeyId(PublicKey);

        Assert.Equal(Convert.ToBase64String(SHA256.HashData(PublicKey)).TrimEnd('=').Replace('+', '-').Replace('/', '_'), id);
        Assert.Equal(43, id.Length);
    }
}
