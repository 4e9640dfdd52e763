using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The API and the pages over TLS 1.3, where the configuration asks for it. Where operators may write, a certificate of the sink's own
/// authority may be shown; one that is not, that has ended or is revoked does not come in at all.
/// </summary>
internal sealed class PublicListener(SinkConfiguration configuration, EnrolmentKeys keys, IEventStore store, TimeProvider time)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly HttpOptions _http = configuration.Options.Http;

    /// <exception cref="AuthorityException">The certificate cannot be read or made; the message says what to do.</exception>
    public void Listen(KestrelServerOptions kestrel)
    {
        if (_http.Tls is not { } tls)
            return;
        var certificate = CertificateOf(tls);
        kestrel.Listen(IPAddress.Parse(_http.Address), tls.Port, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(Handshake(certificate())),
        }));
    }

    private SslServerAuthenticationOptions Handshake(SslStreamCertificateContext certificate)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
#pragma warning disable CA5398 // The one version that is wanted, now and later.
            EnabledSslProtocols = SslProtocols.Tls13,
#pragma warning restore CA5398
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        if (_http.Operators is null)
            return options;
        options.ClientCertificateRequired = true;
        options.AllowTlsResume = false;
        options.CertificateChainPolicy = Chain();
        options.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
            shown is null || (errors == SslPolicyErrors.None && shown is X509Certificate2 client && !IsRevoked(client));
        return options;
    }

    private Func<SslStreamCertificateContext> CertificateOf(HttpTlsOptions tls)
    {
        if (tls.Name is { } name)
        {
            var renewed = new RenewedCertificate(() => keys.Authority.IssueServer([name], BrokerKeys.Lifetime), time);
            return () => SslStreamCertificateContext.Create(renewed.Current, [keys.Authority.Certificate], offline: true);
        }

        var (file, keyFile) = (SinkConfiguration.Beside(configuration.Path, tls.CertificateFile!), SinkConfiguration.Beside(configuration.Path, tls.KeyFile!));
        try
        {
            var read = X509Certificate2.CreateFromPemFile(file, keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            var context = SslStreamCertificateContext.Create(read, [.. chain.Skip(1)], offline: true);
            return () => context;
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new AuthorityException($"http.tls: {file} with {keyFile} is not usable: {unusable.Message} Both must be PEM, belong together and be readable by the user that runs the sink.", unusable);
        }
    }

    private X509ChainPolicy Chain()
    {
        var chain = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        chain.CustomTrustStore.Add(keys.Authority.Certificate);
        chain.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain;
    }

    private bool IsRevoked(X509Certificate2 client) =>
        store.Enrolled.RevokedCertificates(time.GetUtcNow()).Any(one => string.Equals(one.SerialNumber, client.SerialNumber, StringComparison.OrdinalIgnoreCase));
}
