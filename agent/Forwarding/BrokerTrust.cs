using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Decides on a broker's certificate, shows it the device's own, and says why one of the two is refused: TLS itself says no more than
/// that it was. TLS 1.3 only. For one connection.
/// </summary>
internal sealed class BrokerTrust(string host, BrokerTls tls, DeviceKey? key, TimeProvider time) : IDisposable
{
    private const string Ended = "the broker ended the connection before it answered";

    // The names of alerts (RFC 8446, 6.2) as OpenSSL writes them.
    private static readonly (string Alert, string Meaning)[] Alerts =
    [
        ("alert certificate revoked", "the broker says that this device's certificate is revoked: an operator has withdrawn it. Have the device invited and enrol it again"),
        ("alert certificate expired", "the broker says that this device's certificate has expired: the agent renews it as soon as the sink answers; edge check says what stands in its way"),
        ("alert unknown ca", "the broker does not know the authority of this device's certificate: enrol the device with the sink that this broker belongs to"),
        ("alert bad certificate", "the broker refuses this device's certificate: edge check says what is known of it"),
        ("alert certificate unknown", "the broker refuses this device's certificate: edge check says what is known of it"),
        ("alert access denied", "the broker refuses this device's certificate: edge check says what is known of it"),
        ("alert certificate required", "the broker wants to see a certificate and this device has none: enrol it with edge enrol"),
        ("alert protocol version", "the broker does not speak TLS 1.3: update it"),
    ];

    private X509Certificate2? _own;

    /// <summary>What is wrong with the broker's certificate, and what to do; null where none was refused.</summary>
    public string? Refusal { get; private set; }

    /// <exception cref="IOException">A file cannot be read; the message says which.</exception>
    public void Apply(MqttClientTlsOptionsBuilder with)
    {
        with.UseTls().WithSslProtocols(SslProtocols.Tls13)
            .WithCertificateValidationHandler(offered => Trust(offered.Certificate, offered.Chain, offered.SslPolicyErrors));
        if (Authorities() is { } authorities)
            with.WithTrustChain(authorities);
        if (Own() is { } own)
            with.WithClientCertificates([own]);
    }

    /// <summary>The same for a handshake without MQTT.</summary>
    /// <inheritdoc cref="Apply" path="/exception"/>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Trust(certificate, chain, errors),
        };
        if (Authorities() is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (Own() is { } own)
            options.ClientCertificates = [own];
        return options;
    }

    /// <summary>The broker was trusted, so what ended the connection afterwards was its decision.</summary>
    public bool IsTrusted { get; private set; }

    /// <summary>What the broker has against this device, or null where it did not say. With TLS 1.3 it says so after the handshake, with the first bytes that are read.</summary>
    /// <param name="failed">What ended the connection before the broker answered.</param>
    public static string? RefusalOfDevice(Exception failed)
    {
        var said = "";
        for (var at = failed; at is not null; at = at.InnerException)
            said += at.Message + "\n";
        return Alerts.FirstOrDefault(known => said.Contains(known.Alert, StringComparison.OrdinalIgnoreCase)).Meaning;
    }

    /// <summary>True for what <see cref="RefusalOfDevice"/> and <see cref="HungUp"/> say.</summary>
    public static bool IsOfDevice(string trouble) =>
        trouble.StartsWith(Ended, StringComparison.Ordinal) || Alerts.Any(known => known.Meaning == trouble);

    /// <summary>For a broker that hangs up and does not say why.</summary>
    public string HungUp() => _own is null
        ? $"{Ended}; perhaps it wants to see a certificate, and this device has none: enrol it with edge enrol"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Ended}; perhaps it refuses this device's certificate (valid until {_own.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z), as one that is revoked: edge check says what is known of it");

    public void Dispose() => _own?.Dispose();

    private X509Certificate2Collection? Authorities()
    {
        var file = tls.CaFile ?? InFolder(BrokerTls.AuthorityFileName);
        return file is null ? null : Read(file, path =>
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities;
        });
    }

    private X509Certificate2? Own()
    {
        if (tls.KeyFile is { } keyFile && tls.CertificateFile is { } both)
            return _own = Read(both, path => X509Certificate2.CreateFromPemFile(path, keyFile));
        var file = tls.CertificateFile ?? InFolder(BrokerTls.CertificateFileName);
        if (file is null || key is null)
            return null;
        using var certificate = Read(file, path => X509Certificate2.CreateFromPem(File.ReadAllText(path)));
        return _own = key.Certify(certificate);
    }

    private string? InFolder(string name)
    {
        var path = tls.Folder is { } folder ? Path.Combine(folder, name) : null;
        return File.Exists(path) ? path : null;
    }

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception unusable) when (unusable is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be used: {unusable.Message}", unusable);
        }
    }

    private bool Trust(X509Certificate? offered, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = errors == SslPolicyErrors.None ? null : Judge(offered, chain, errors);
        IsTrusted = Refusal is null;
        return IsTrusted;
    }

    private string Judge(X509Certificate? offered, X509Chain? chain, SslPolicyErrors errors)
    {
        if (offered is not X509Certificate2 certificate)
            return "the broker shows no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the broker's certificate ({certificate.Subject}) is not for {host}: name the broker as its certificate does, or give it another";
        var now = time.GetUtcNow().UtcDateTime;
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        if (now < from || now > to)
        {
            var times = string.Create(CultureInfo.InvariantCulture, $"from {from:yyyy-MM-dd} to {to:yyyy-MM-dd}, and here it is {now:yyyy-MM-dd}");
            return $"the broker's certificate ({certificate.Subject}) is valid {times}: renew it, or set this device's clock";
        }

        var status = string.Join(", ", chain?.ChainStatus.Select(fault => fault.Status) ?? []);
        var file = tls.CaFile ?? InFolder(BrokerTls.AuthorityFileName);
        var hint = file is null && tls.Folder is not null ? "; if it is a sink's own, enrol the device with edge enrol" : "";
        return $"no authority in {file ?? "this system's store"} signed the broker's certificate ({certificate.Subject}): {status}{hint}";
    }
}
