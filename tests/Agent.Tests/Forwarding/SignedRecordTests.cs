using System.Buffers;
using System.Text;
using MQTTnet;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>Every record carries the signature of its device's key.</summary>
public sealed class SignedRecordTests
{
    private static readonly SignedManifests Manifests = ManifestForwardingTests.Shelved("p-1");

    [Fact]
    public async Task Each_sending_of_a_record_has_the_same_payload_and_a_signature_that_holds()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var impatient = ForwarderBed.Quick with { ResendDelay = TimeSpan.FromMilliseconds(50) };
        await using var bed = new ForwarderBed(broker.Port, options: impatient, manifests: Manifests);

        var entry = bed.Append(1);

        await Eventually.TrueAsync(() => broker.Events.Length >= 3, "the record was sent three times");
        Assert.True(Manifests.All[0].TryOpen(out var manifest, out _));
        var key = Convert.FromBase64String(manifest!.Key);
        foreach (var message in broker.Events)
        {
            Assert.Equal(entry.Payload.ToArray(), message.Payload.ToArray());
            Assert.True(Dsse.Verify(key, EventRecord.SignedType, message.Payload.ToArray(), Property(message, "sig")));
            // No signature of a manifest is one of a record.
            Assert.False(Dsse.Verify(key, SignedManifest.PayloadType, message.Payload.ToArray(), Property(message, "sig")));
            Assert.Equal(Dsse.KeyId(key), Property(message, "kid"));
        }

        Assert.Single(broker.Events.Select(message => message.UserProperties.Sum(property => property.Name.Length + property.ValueBuffer.Length)).Distinct());
    }

    private static string Property(MqttApplicationMessage message, string name) =>
        Encoding.UTF8.GetString(message.UserProperties.Single(property => property.Name == name).ValueBuffer.Span);
}
