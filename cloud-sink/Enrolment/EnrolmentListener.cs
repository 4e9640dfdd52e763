using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>
/// The listener of the enrolment: TLS 1.3 under a certificate of the sink's own authority, made anew by itself long before it ends, and
/// never in a file. A device that asks to have its certificate renewed has none that holds, so none is asked for here.
/// </summary>
internal sealed class EnrolmentListener(EnrolmentKeys keys, EnrolmentOptions options, TimeProvider time) : IDisposable
{
    // Of strangers that hold connections open.
    private const int ConnectionsMax = 256;

    private static readonly TimeSpan RenewedAfter = TimeSpan.FromDays(30);

    private readonly SemaphoreSlim _places = new(ConnectionsMax);
    private readonly Lock _renewing = new();
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _made;

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

    private SslStreamCertificateContext Current()
    {
        lock (_renewing)
        {
            var now = time.GetUtcNow();
            if (_current is not null && (now - _made).Duration() < RenewedAfter)
                return _current;

            // The one before is left to the collector: a handshake may still be using it.
            var certificate = keys.Authority.IssueServer(options.Names, CertificateAuthority.ServerLifetime);
            _current = SslStreamCertificateContext.Create(certificate, [keys.Authority.Certificate], offline: true);
            _made = now;
            return _current;
        }
    }
}
