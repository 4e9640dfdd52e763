using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary><c>sink manifest</c>: what a citizen types.</summary>
public sealed class ManifestCommandTests
{
    private static readonly SignedManifest Signed = TestManifests.Sign(TestManifests.Example, TestManifests.ExampleKey);

    private readonly CommandRun _run = new();

    [Fact]
    public void A_saved_envelope_is_verified_and_told_in_words()
    {
        _run.With("manifest.json", JsonSerializer.Serialize(DsseEnvelope.Of(Signed), JsonSerializerOptions.Web));

        Assert.Equal(0, _run.Invoke("manifest", "verify", "manifest.json"));

        Assert.Contains("Device edge-01 of site plaza-7, profile standard", _run.Output, StringComparison.Ordinal);
        Assert.Contains($"Signed by the key {Signed.KeyId}: compare it with what edge privacy manifest prints on the device.", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bare_bytes_are_verified_with_their_signature()
    {
        _run.With("manifest.json", RecordFixtures.Text(Signed.Payload));

        Assert.Equal(1, _run.Invoke("manifest", "verify", "manifest.json"));
        Assert.Contains("/api/devices/edge-01/manifest/envelope instead, or give --sig", _run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, _run.Invoke("manifest", "verify", "manifest.json", "--sig", Signed.Signature, "--kid", Signed.KeyId));
        Assert.Contains("as expected.", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crossing-north", "crossing-south", "manifest.json: the signature is not one by the key in the manifest")]
    [InlineData("\"v\":1", "\"v\": 1", "manifest.json: neither an envelope nor a manifest: it is not written in the one form")]
    [InlineData("{\"v\"", "[\"v\"", "manifest.json: neither an envelope nor a manifest: the payload is not the JSON of a manifest")]
    public void What_was_changed_is_refused(string part, string instead, string fault)
    {
        _run.With("manifest.json", RecordFixtures.Text(Signed.Payload).Replace(part, instead, StringComparison.Ordinal));

        Assert.Equal(1, _run.Invoke("manifest", "verify", "manifest.json", "--sig", Signed.Signature));

        Assert.StartsWith(fault, _run.Errors, StringComparison.Ordinal);
        Assert.Equal("", _run.Output);
    }

    [Fact]
    public void Another_key_than_the_expected_one_and_a_file_that_is_not_there_are_refused()
    {
        _run.With("manifest.json", JsonSerializer.Serialize(DsseEnvelope.Of(Signed), JsonSerializerOptions.Web));

        Assert.Equal(1, _run.Invoke("manifest", "verify", "manifest.json", "--kid", Dsse.KeyId([1])));
        Assert.Contains($"by the key {Signed.KeyId} and not by", _run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _run.Invoke("manifest", "verify", "nowhere.json"));
    }

    [Fact]
    public void A_device_with_a_new_key_is_let_in_by_forgetting_the_old_one()
    {
        _run.With("policy.yaml", CommandRun.PolicyText).With("sink.yaml", "policy: policy.yaml\n");
        Assert.Equal(1, _run.Invoke("manifest", "forget", "edge-01", "--config", "sink.yaml"));
        Assert.Contains("this sink has never run", _run.Errors, StringComparison.Ordinal);
        using (var store = new SqliteEventStore(Path.Combine(_run.Folder, "sink.db")))
            store.KeepManifest("edge-01", Signed, RecordFixtures.Noon);

        Assert.Equal(0, _run.Invoke("manifest", "forget", "edge-01", "--config", "sink.yaml"));
        Assert.Equal(1, _run.Invoke("manifest", "forget", "edge-01", "--config", "sink.yaml"));

        Assert.Contains("The next key that edge-01 shows is taken.", _run.Output, StringComparison.Ordinal);
        Assert.Contains("No key of a device edge-01 is known.", _run.Errors, StringComparison.Ordinal);
    }
}
