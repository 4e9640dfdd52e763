using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace SocialCredit.Edge.Forwarding;

/// <summary>Decides on a broker's certificate and says why one is refused: TLS itself says no more than that it was.</summary>
internal sealed class BrokerTrust(string host, BrokerTls tls, TimeProvider time)
{
    /// <summary>What is wrong with the certificate, and what to do; null where none was refused.</summary>
    public string? Refusal { get; private set; }

    public void Apply(MqttClientTlsOptionsBuilder with)
    {
        with.UseTls().WithCertificateValidationHandler(IsTrusted);
        if (tls.CaFile is { } file)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            with.WithTrustChain(authorities);
        }
    }

    private bool IsTrusted(MqttClientCertificateValidationEventArgs offered)
    {
        Refusal = Judge(offered);
        return Refusal is null;
    }

    private string? Judge(MqttClientCertificateValidationEventArgs offered)
    {
        var errors = offered.SslPolicyErrors;
        if (errors == SslPolicyErrors.None)
            return null;
        if (offered.Certificate is not X509Certificate2 certificate)
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

        var status = string.Join(", ", offered.Chain?.ChainStatus.Select(fault => fault.Status) ?? []);
        return $"no authority in {tls.CaFile ?? "this system's store"} signed the broker's certificate ({certificate.Subject}): {status}";
    }
}
