using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Reads which devices may use the broker out of the register of devices; costs one small read where nothing has changed.</summary>
internal sealed class BrokerRolls(SinkOptions options, IEventStore store, TimeProvider time)
{
    private long _changes = -1;
    private BrokerRoll _last = new();

    /// <exception cref="System.Data.Common.DbException">The store cannot be read.</exception>
    public BrokerRoll Read()
    {
        // Asked before the devices are: a change between the two is seen twice, and not never.
        var changes = store.Enrolled.Changes();
        if (changes == _changes)
            return _last;
        var devices = store.Enrolled.All();
        _last = new BrokerRoll
        {
            IsPlainOpen = options.Trust == DeviceTrust.FirstUse || options.Profile == PrivacyProfile.Demo,
            KeyIds = devices.Where(device => device.State == DeviceState.Approved).ToDictionary(device => device.Device, device => device.KeyId!),
            Revoked = [.. devices.Where(device => device.State == DeviceState.Revoked).Select(device => device.Device)],
            RevokedCertificates = [.. store.Enrolled.RevokedCertificates(time.GetUtcNow()).Select(one => new RevokedCertificate(one.SerialNumber, one.RevokedAt!.Value))],
        };
        _changes = changes;
        return _last;
    }
}
