using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Which devices may use the broker: out of the register of devices and the configuration, as both are now. Costs one small read where
/// nothing has changed.
/// </summary>
internal sealed class BrokerRolls(LiveConfiguration live, DeviceBook devices, IEventStore store, TimeProvider time)
{
    private (long Changes, bool IsPlainOpen, HomeAssistantOptions? Discovery) _seen = (-1, false, null);
    private BrokerRoll _last = new();

    /// <exception cref="System.Data.Common.DbException">The store cannot be read.</exception>
    public BrokerRoll Read()
    {
        devices.Refresh();
        var options = live.Current.Options;
        var seen = (devices.Changes, options.Trust == DeviceTrust.FirstUse || options.Profile == PrivacyProfile.Demo, options.HomeAssistant);
        if (seen == _seen)
            return _last;
        var all = devices.All.OrderBy(device => device.Device, StringComparer.Ordinal).ToList();
        _last = new BrokerRoll
        {
            IsPlainOpen = seen.Item2,
            Discovery = options.HomeAssistant is { } discovery ? new DiscoveryReader(discovery.Prefix, discovery.User) : null,
            KeyIds = all.Where(device => device.State == DeviceState.Approved).ToDictionary(device => device.Device, device => device.KeyId!),
            Revoked = [.. all.Where(device => device.State == DeviceState.Revoked).Select(device => device.Device)],
            RevokedCertificates = [.. store.Enrolled.RevokedCertificates(time.GetUtcNow()).Select(one => new RevokedCertificate(one.SerialNumber, one.RevokedAt!.Value))],
        };
        _seen = seen;
        return _last;
    }
}
