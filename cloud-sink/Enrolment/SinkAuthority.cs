namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>Where a configuration has the sink's authority.</summary>
internal static class SinkAuthority
{
    /// <exception cref="IOException">It cannot be opened or made; the message says what to do.</exception>
    public static CertificateAuthority Open(SinkConfiguration configuration, TimeProvider time) =>
        CertificateAuthority.OpenOrMake(SinkConfiguration.Beside(configuration.Path, configuration.Options.Authority), time);
}
