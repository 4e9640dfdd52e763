using SocialCredit.Edge.Sink.Enrolment;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>With what the sink proves itself at a broker and whom it believes there: its own authority, unless files are named.</summary>
/// <param name="authority">Opened, or made, when it is first needed.</param>
/// <param name="configurationPath">From whose folder files are named.</param>
/// <param name="time">Against which a certificate's end is held.</param>
internal sealed class BrokerKeys(Func<CertificateAuthority> authority, string configurationPath, TimeProvider time)
{
    /// <summary>Of certificates that live in memory only.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <exception cref="IOException">It cannot be opened or made; the message says what to do.</exception>
    public CertificateAuthority Authority => authority();

    /// <summary>How the sink and another broker trust each other; null for plain text.</summary>
    public BrokerTrust? TrustOf(BrokerOptions options)
    {
        if (options.Tls is not { } tls)
            return null;
        var own = new RenewedCertificate(() => Authority.IssueClient(options.ClientId, Lifetime), time);
        return new BrokerTrust(
            options.Host,
            () => new BrokerTrust.Proof(
                tls.CaFile is { } ca ? BrokerTrust.ReadAuthorities(Beside(ca)) : [Authority.Certificate],
                tls is { CertificateFile: { } certificate, KeyFile: { } key } ? BrokerTrust.ReadCertificate(Beside(certificate), Beside(key)) : own.Current),
            time);
    }

    /// <summary>The files of a mosquitto that this sink keeps.</summary>
    public MosquittoFiles MosquittoOf(MosquittoOptions options) => new(Beside(options.Folder), Authority, time);

    public string? PidFileOf(MosquittoOptions options) => options.PidFile is { } file ? Beside(file) : null;

    private string Beside(string path) => SinkConfiguration.Beside(configurationPath, path);
}
