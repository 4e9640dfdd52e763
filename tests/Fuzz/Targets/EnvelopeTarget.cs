using System.Text.Json;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>A signed manifest as a file. Only the one that the example's key signed may open.</summary>
internal sealed class EnvelopeTarget : FuzzTarget
{
    // A signature has chance in it: of this target alone no run is the repetition of another to the byte.
    private static readonly SignedManifest Signed = TestManifests.Sign(TestManifests.Example, TestManifests.ExampleKey);

    public override int BytesMax => 16 * 1024;

    public override IReadOnlyList<string> Words => ["\"payload\":\"", "\"payloadType\":\"", "\"signatures\":[", "\"keyid\":\"", "\"sig\":\"", "=", "-", "_", "null", "},{", "\\u0073", " "];

    public override Gen<byte[]> Nearly { get; } =
        JsonTricks.On(Gen.Const(JsonSerializer.Serialize(DsseEnvelope.Of(Signed), JsonSerializerOptions.Web)));

    public override bool Judge(byte[] input)
    {
        if (DsseEnvelope.TryRead(input) is not { } read || !read.TryOpen(out var manifest, out var reason))
            return false;
        Demand(reason.Length == 0 && manifest is not null, "it opens and says why not.");
        Demand(read.Payload.Span.SequenceEqual(Signed.Payload.Span), "these bytes were never signed.");
        Demand(read.Signature.Replace('-', '+').Replace('_', '/') == Signed.Signature, "the signature is another.");
        return true;
    }
}
