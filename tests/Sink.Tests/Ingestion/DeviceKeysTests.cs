using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>Whether anything of a device counts: for records, manifests, reports and answers alike.</summary>
public sealed class DeviceKeysTests
{
    private static readonly byte[] Enrolled = [1], OfManifest = [2];

    [Theory]
    [InlineData(null, DeviceTrust.Enrolled, RefusalReason.NotEnrolled)]
    [InlineData(null, DeviceTrust.FirstUse, RefusalReason.None)]
    [InlineData(DeviceState.Invited, DeviceTrust.Enrolled, RefusalReason.NotEnrolled)]
    [InlineData(DeviceState.Waiting, DeviceTrust.Enrolled, RefusalReason.NotEnrolled)]
    [InlineData(DeviceState.Waiting, DeviceTrust.FirstUse, RefusalReason.None)]
    [InlineData(DeviceState.Approved, DeviceTrust.Enrolled, RefusalReason.None)]
    [InlineData(DeviceState.Approved, DeviceTrust.FirstUse, RefusalReason.None)]
    [InlineData(DeviceState.Revoked, DeviceTrust.Enrolled, RefusalReason.Revoked)]
    [InlineData(DeviceState.Revoked, DeviceTrust.FirstUse, RefusalReason.Revoked)]
    public void A_device_that_does_not_count_has_no_key_and_it_is_said_why(DeviceState? state, DeviceTrust trust, RefusalReason missing)
    {
        var found = state is { } its ? new EnrolledDevice { Device = "camera-1", State = its, Since = default, Key = Enrolled } : null;
        var key = missing != RefusalReason.None ? null : state == DeviceState.Approved ? Enrolled : OfManifest;

        var known = DeviceKeys.Of(found, trust, () => OfManifest);

        Assert.Equal(key, known.Key);
        Assert.Equal(missing, known.Missing);
    }

    [Fact]
    public void The_store_says_that_a_device_was_revoked_and_of_a_stranger_that_nothing_is_known()
    {
        using var store = new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "sink.db"));
        store.Enrolled.Keep(new EnrolledDevice { Device = "camera-1", State = DeviceState.Revoked, Since = default }, "revoked", default);

        Assert.Equal((null, RefusalReason.Revoked), DeviceKeys.Of("camera-1", store, DeviceTrust.FirstUse));
        Assert.Equal((null, RefusalReason.Uncovered), DeviceKeys.Of("camera-2", store, DeviceTrust.FirstUse));
    }
}
