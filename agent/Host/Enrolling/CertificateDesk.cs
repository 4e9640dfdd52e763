using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>What a device says when it asks its sink for a certificate: its names and its public key, and nothing else.</summary>
internal sealed class CertificateDesk(AgentOptions options, string state, TimeProvider time)
{
    /// <summary>The first certificate, by the secret of a claim code.</summary>
    /// <param name="link">A sink whose authority is the one that the code names.</param>
    /// <param name="key">The device's.</param>
    /// <param name="claim">What the operator handed out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SinkException">No answer was got.</exception>
    public Task<EnrolmentAnswer> ClaimAsync(SinkLink link, DeviceKey key, ClaimCode claim, CancellationToken cancellationToken) =>
        link.AskAsync(RequestOf(key.SigningRequest(options.Device)) with { Claim = claim.Secret }, cancellationToken);

    /// <summary>Another certificate for the same key, which is all the proof that is asked for; kept if it was approved.</summary>
    /// <inheritdoc cref="HandOverAsync"/>
    public Task<EnrolmentAnswer> RenewAsync(EnrolledSink enrolled, DeviceKey key, CancellationToken cancellationToken) =>
        AskAsync(enrolled, key, RequestOf(key.SigningRequest(options.Device)), cancellationToken);

    /// <summary>A certificate for another key, which the enrolled one vouches for; kept if it was approved.</summary>
    /// <exception cref="SinkException">No answer was got, or one that cannot be used.</exception>
    /// <exception cref="IOException">The state folder cannot be read or does not take the certificate.</exception>
    public Task<EnrolmentAnswer> HandOverAsync(EnrolledSink enrolled, (DeviceKey Old, DeviceKey Next) keys, CancellationToken cancellationToken)
    {
        var (request, signature) = keys.Old.HandOver(keys.Next, options.Device);
        return AskAsync(enrolled, keys.Next, RequestOf(request) with { OldKeySignature = signature }, cancellationToken);
    }

    /// <summary>Keeps an approval.</summary>
    /// <inheritdoc cref="HandOverAsync" path="/exception"/>
    public EnrolledSink Keep(EnrolmentAnswer approved, Uri sink, X509Certificate2 authority, DeviceKey key) =>
        DeviceCertificate.Keep(state, approved, (sink, authority), (key.PublicKey, options.Device));

    private async Task<EnrolmentAnswer> AskAsync(EnrolledSink enrolled, DeviceKey key, EnrolmentRequest request, CancellationToken cancellationToken)
    {
        using var authority = DeviceCertificate.FindAuthority(state)
            ?? throw new IOException($"{Path.Combine(state, BrokerTls.AuthorityFileName)} is gone: enrol the device again; its key stays.");
        using var link = new SinkLink(enrolled.Sink, authority, time);
        var answer = await link.AskAsync(request, cancellationToken);
        if (answer.Status == EnrolmentStatus.Approved)
            Keep(answer, enrolled.Sink, authority, key);
        return answer;
    }

    private EnrolmentRequest RequestOf(byte[] signingRequest) => new()
    {
        Device = options.Device,
        Site = options.Site,
        Zones = [.. options.Cameras.SelectMany(camera => camera.Zones).Select(zone => zone.Name)],
        SigningRequest = Convert.ToBase64String(signingRequest),
    };
}
