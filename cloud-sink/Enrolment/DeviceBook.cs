using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>The devices as the running sink knows them. Anybody may change the store beside it; <see cref="Refresh"/> looks. Any thread may ask.</summary>
internal sealed class DeviceBook(IEventStore store)
{
    private readonly Lock _refreshing = new();
    private volatile Snapshot _known = new(-1, new Dictionary<string, EnrolledDevice>());

    /// <summary>A device has changed since the book was opened; told by whoever refreshed, after the change is to be seen here.</summary>
    public Action<EnrolledDevice> DeviceChanged { get; set; } = _ => { };

    /// <summary>Another number than before: something has changed. Asked before <see cref="All"/>, so that no change is missed.</summary>
    public long Changes => _known.Changes;

    public IEnumerable<EnrolledDevice> All => _known.Devices.Values;

    public EnrolledDevice? Find(string device) => _known.Devices.GetValueOrDefault(device);

    /// <summary>True where this key is the approved one of the device.</summary>
    public bool IsApproved(string device, string keyId) => Find(device) is { State: DeviceState.Approved } found && found.KeyId == keyId;

    /// <summary>Takes over what has changed in the store; costs one small read where nothing has.</summary>
    /// <exception cref="System.Data.Common.DbException">The store does not say.</exception>
    public void Refresh()
    {
        List<EnrolledDevice> changed = [];
        lock (_refreshing)
        {
            var before = _known;

            // Asked before the devices are: a change between the two is seen twice, and not never.
            var changes = store.Enrolled.Changes();
            if (changes == before.Changes)
                return;
            var devices = store.Enrolled.All().ToDictionary(device => device.Device);
            if (before.Changes >= 0)
                changed.AddRange(devices.Values.Where(device => before.Devices.GetValueOrDefault(device.Device)?.Version != device.Version));
            _known = new Snapshot(changes, devices);
        }

        foreach (var device in changed)
            DeviceChanged(device);
    }

    private sealed record Snapshot(long Changes, IReadOnlyDictionary<string, EnrolledDevice> Devices);
}
