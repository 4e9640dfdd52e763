using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// How the sink and another broker show each other who they are: TLS 1.3, a certificate on each side, no authority but the one given.
/// TLS itself says no more than that one was refused; this says why and what to do.
/// </summary>
/// <param name="host">What the broker's certificate must name.</param>
/// <param name="proof">Asked at each connection, so that a renewed certificate is taken.</param>
/// <param name="time">Against which a certificate is held.</param>
internal sealed class BrokerTrust(string host, Func<BrokerTrust.Proof> proof, TimeProvider time)
{
    private static readonly (string Alert, string Meaning)[] Alerts =
    [
        ("certificate revoked", "it is revoked: have another made"),
        ("certificate expired", "it has expired: renew it, or set the clocks of both machines"),
        ("unknown ca", "the broker knows another authority: give it this sink's (sink broker files)"),
        ("certificate required", "the broker wants one, and none was shown"),
        ("bad certificate", "the broker found it bad: it may be of another authority, or not yet valid"),
    ];

    private Proof? _proof;
    private string? _refusal;
    private bool _isBelieved;

    /// <exception cref="IOException">The certificate cannot be read or made; the message says what to do.</exception>
    public void Apply(MqttClientTlsOptionsBuilder with)
    {
        (_refusal, _isBelieved, _proof) = (null, false, proof());
        with.UseTls()
            .WithSslProtocols(SslProtocols.Tls13)
            .WithTargetHost(host)
            .WithRevocationMode(X509RevocationMode.NoCheck)
            .WithTrustChain(_proof.Authorities)
            .WithClientCertificates([_proof.Certificate])
            .WithCertificateValidationHandler(offered => _isBelieved = (_refusal = Judge(offered)) is null);
    }

    /// <summary>What was wrong, if it was a certificate; null if it was something else.</summary>
    /// <param name="failure">
    /// What ended a connection before the broker had answered. With TLS 1.3 a client is through with its handshake before the broker has
    /// looked at its certificate (RFC 8446, section 4.4.2.4): a refusal comes with the first read, if the line is not gone by then.
    /// </param>
    public string? Explain(Exception failure)
    {
        if (_refusal is not null || _proof is not { } shown || !_isBelieved)
            return _refusal;
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (Array.Find(Alerts, known => cause.Message.Contains(known.Alert, StringComparison.OrdinalIgnoreCase)) is { Alert: not null } alert)
                return $"The broker refused the sink's certificate ({Describe(shown.Certificate)}): {alert.Meaning}.";
        }

        return $"The broker ended the connection behind the handshake, as it does where it refuses the sink's certificate ({Describe(shown.Certificate)}): {Suspicion(shown)}.";
    }

    /// <summary>Certificate and key in two files.</summary>
    /// <exception cref="IOException">One is missing or unusable.</exception>
    public static X509Certificate2 ReadCertificate(string certificateFile, string keyFile) =>
        Read($"{certificateFile} with {keyFile}", () => X509Certificate2.CreateFromPemFile(certificateFile, keyFile));

    /// <exception cref="IOException">It is missing or unusable.</exception>
    public static X509Certificate2Collection ReadAuthorities(string file) => Read(file, () =>
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it.");
    });

    private static T Read<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"broker.tls: {what} cannot be used: {unusable.Message}", unusable);
        }
    }

    private string? Judge(MqttClientCertificateValidationEventArgs offered)
    {
        var errors = offered.SslPolicyErrors;
        if (errors == SslPolicyErrors.None)
            return null;
        if (offered.Certificate is not X509Certificate2 certificate)
            return "The broker shows no certificate.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"The broker's certificate ({certificate.Subject}) is not for {host}: name the broker as its certificate does, or give it another.";
        if (!HoldsNow(certificate))
            return $"The broker's certificate ({Describe(certificate)}) does not hold now: renew it, or set this machine's clock.";
        var status = string.Join(", ", offered.Chain?.ChainStatus.Select(fault => fault.Status) ?? []);
        return $"No authority that this sink trusts signed the broker's certificate ({certificate.Subject}): {status}.";
    }

    /// <summary>What can be seen from here of why a broker would refuse it.</summary>
    private string Suspicion(Proof shown)
    {
        if (!HoldsNow(shown.Certificate))
            return "it does not hold now: renew it, or set the clock";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(shown.Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(shown.Certificate)
            ? "it may be revoked, or the broker knows another authority; its log says which"
            : "it is of another authority than the broker's own";
    }

    private bool HoldsNow(X509Certificate2 certificate)
    {
        var now = time.GetUtcNow();
        return now >= new DateTimeOffset(certificate.NotBefore) && now <= new DateTimeOffset(certificate.NotAfter);
    }

    private static string Describe(X509Certificate2 certificate) => string.Create(
        CultureInfo.InvariantCulture,
        $"{certificate.Subject}, from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");

    /// <param name="Authorities">Whose certificates are good.</param>
    /// <param name="Certificate">The sink's own, with its key.</param>
    internal sealed record Proof(X509Certificate2Collection Authorities, X509Certificate2 Certificate);
}
