using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using SocialCredit.Edge.Sink.Ingestion;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>
/// The listener of the enrolment: TLS 1.3 under a certificate of the sink's own authority, made anew by itself long before it ends, and
/// never in a file. A device that asks to have its certificate renewed has none that holds, so none is asked for here.
/// </summary>
internal sealed class EnrolmentListener(EnrolmentKeys keys, EnrolmentOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Stands in the items of its connections: over them nothing but the enrolment is served, and that nowhere else.</summary>
    public const string Mark = "enrolment";

    // Of strangers that hold connections open.
    private const int ConnectionsMax = 256;

    private readonly SemaphoreSlim _places = new(ConnectionsMax);
    private readonly RenewedCertificate _certificate = new(() => keys.Authority.IssueServer(options.Names, BrokerKeys.Lifetime), time);

    public void Listen(KestrelServerOptions kestrel)
    {
        // At the start and not at the first handshake, so that a folder that cannot be written is said at once.
        Current();
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port, listen =>
        {
            listen.Use(next => async connection =>
            {
                if (!await _places.WaitAsync(0))
                {
                    connection.Abort();
                    return;
                }

                connection.Items[Mark] = true;
                try
                {
                    await next(connection);
                }
                finally
                {
                    _places.Release();
                }
            });
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = Current(),
#pragma warning disable CA5398 // The one version that is wanted, now and later.
                    EnabledSslProtocols = SslProtocols.Tls13,
#pragma warning restore CA5398
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                }),
            });
        });
    }

    public void Dispose() => _places.Dispose();

    private SslStreamCertificateContext Current() =>
        SslStreamCertificateContext.Create(_certificate.Current, [keys.Authority.Certificate], offline: true);
}
