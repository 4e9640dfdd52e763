using System.Security.Cryptography.X509Certificates;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>A certificate with its key, in memory only, that is made again before it ends. Safe from any thread.</summary>
/// <param name="issue">Makes one.</param>
/// <param name="time">Against which its end is held.</param>
internal sealed class RenewedCertificate(Func<X509Certificate2> issue, TimeProvider time)
{
    private readonly Lock _renewing = new();
    private X509Certificate2? _current;

    public X509Certificate2 Current
    {
        get
        {
            // Not disposed when it is replaced: a handshake may be at it.
            lock (_renewing)
                return _current is null || IsDue(_current, time.GetUtcNow()) ? _current = issue() : _current;
        }
    }

    /// <summary>Two thirds of its life are over, or a clock that was set back has it begin in the future.</summary>
    public static bool IsDue(X509Certificate2 certificate, DateTimeOffset now)
    {
        var (from, to) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        return now < from || now > from + (to - from) * 2 / 3;
    }
}
