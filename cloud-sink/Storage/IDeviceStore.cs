namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// Who is who: devices, their keys and their certificates. A part of <see cref="IEventStore"/>: every call may be made from any thread and
/// beside other processes, and what was changed survives a loss of power.
/// </summary>
public interface IDeviceStore
{
    /// <summary>A number that grows with every change of any device, by whomever.</summary>
    long Changes();

    /// <summary>By name.</summary>
    IReadOnlyList<EnrolledDevice> All();

    EnrolledDevice? Find(string device);

    /// <summary>
    /// Keeps a device as it is given, and a line of its history. One that is approved has its key from then on, for its manifests as well; all
    /// certificates of one that is revoked are revoked with it.
    /// </summary>
    /// <param name="device">With the version that was read; 0 for a new one.</param>
    /// <param name="change">What happened, for the history.</param>
    /// <param name="at">When.</param>
    /// <returns>False, and nothing is changed, where somebody else has changed it meanwhile.</returns>
    bool Keep(EnrolledDevice device, string change, DateTimeOffset at);

    /// <summary>The changes of a device, newest first; a thousand at most.</summary>
    IReadOnlyList<DeviceChange> History(string device);

    /// <summary>Notes a certificate before it is given away, and forgets those that have ended.</summary>
    /// <param name="certificate">The new one.</param>
    /// <param name="version">The version of the device for which it was made.</param>
    /// <returns>False where the device has changed meanwhile: the certificate must not be given away.</returns>
    bool KeepCertificate(IssuedCertificate certificate, long version);

    /// <summary>The newest certificate of a device, or null.</summary>
    IssuedCertificate? NewestCertificate(string device);

    /// <summary>The certificates that are revoked and have not ended by themselves.</summary>
    IReadOnlyList<IssuedCertificate> RevokedCertificates(DateTimeOffset now);
}
