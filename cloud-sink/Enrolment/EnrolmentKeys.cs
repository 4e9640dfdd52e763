namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>The sink's own keys, made when they are first asked for.</summary>
internal sealed class EnrolmentKeys(string folder, TimeProvider time) : IDisposable
{
    // Not for good if it fails: what is wrong with a folder can be mended.
    private readonly Lazy<CertificateAuthority> _authority = new(() => CertificateAuthority.OpenOrMake(folder, time), LazyThreadSafetyMode.PublicationOnly);
    private readonly Lazy<CommandKey> _command = new(() => CommandKey.OpenOrMake(folder), LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="AuthorityException">It cannot be read or made.</exception>
    public CertificateAuthority Authority => _authority.Value;

    /// <inheritdoc cref="Authority" path="/exception"/>
    public CommandKey Command => _command.Value;

    public void Dispose()
    {
        if (_authority.IsValueCreated)
            _authority.Value.Dispose();
        if (_command.IsValueCreated)
            _command.Value.Dispose();
    }
}
