using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>What every store has to do with devices and their certificates; as <see cref="EventStoreContract"/>.</summary>
public abstract class DeviceStoreContract : IDisposable
{
    private readonly string _place = TestPaths.NewFolder();
    private IEventStore? _opened;

    private DeviceTables Devices => (_opened ??= Open(_place)).Enrolled;

    /// <summary>Opens the store that lives at this place; the same place is the same store.</summary>
    protected abstract IEventStore Open(string place);

    [Fact]
    public void A_device_is_kept_with_everything_that_is_known_of_it_also_over_a_restart()
    {
        var device = Device("camera-1", DeviceState.Waiting) with
        {
            Site = "plaza-7",
            AskedSite = "plaza-8",
            AskedZones = ["crossing-north", "plaza-south"],
            ClaimHash = new string('a', 64),
            ClaimUntil = Noon.AddHours(1),
            WrongClaims = 3,
        };

        Assert.True(Devices.Keep(device, "came", Noon));
        Reopen();

        Assert.Equivalent(device with { Version = 1 }, Devices.Find("camera-1"), strict: true);
        Assert.Equivalent(Devices.Find("camera-1"), Assert.Single(Devices.All()), strict: true);
        Assert.Null(Devices.Find("camera-2"));
    }

    [Fact]
    public void Of_two_who_change_a_device_at_once_the_second_changes_nothing()
    {
        Devices.Keep(Device("camera-1", DeviceState.Waiting), "came", Noon);
        var read = Devices.Find("camera-1")!;

        Assert.True(Devices.Keep(read with { State = DeviceState.Revoked }, "revoked", Noon));
        Assert.False(Devices.Keep(read with { State = DeviceState.Approved }, "approved", Noon));
        Assert.False(Devices.Keep(read with { Version = 0 }, "invited", Noon));

        Assert.Equal(DeviceState.Revoked, Devices.Find("camera-1")!.State);
        Assert.Equal(["revoked", "came"], Devices.History("camera-1").Select(change => change.Change));
    }

    [Fact]
    public void Every_change_by_whomever_is_seen()
    {
        var before = Devices.Changes();
        Devices.Keep(Device("camera-1", DeviceState.Waiting), "came", Noon);
        var between = Devices.Changes();
        using (var other = Open(_place))
            other.Enrolled.Keep(other.Enrolled.Find("camera-1")! with { State = DeviceState.Approved }, "approved", Noon.AddHours(1));

        Assert.True(before < between && between < Devices.Changes());
        Assert.Equal(DeviceState.Approved, Devices.Find("camera-1")!.State);
        var change = Devices.History("camera-1")[0];
        Assert.Equal((Noon.AddHours(1), DeviceState.Approved, "approved", Device("camera-1", DeviceState.Approved).KeyId), (change.At, change.State, change.Change, change.KeyId));
        Assert.Equal(["crossing-north"], change.Zones);
    }

    [Fact]
    public void The_approved_key_is_the_one_for_manifests_too()
    {
        var store = _opened = Open(_place);
        store.KeepManifest("camera-1", Signed("camera-1"), Noon);

        Devices.Keep(Device("camera-1", DeviceState.Approved, "other-key"), "approved", Noon);

        Assert.Equal(ManifestOutcome.OtherKey, store.KeepManifest("camera-1", Signed("camera-1"), Noon));
        Assert.Equal(ManifestOutcome.Stored, store.KeepManifest("camera-1", Signed("other-key"), Noon));
    }

    [Fact]
    public void The_certificates_of_a_revoked_device_are_revoked_until_they_end_by_themselves()
    {
        foreach (var name in (string[])["camera-1", "camera-2"])
            Devices.Keep(Device(name, DeviceState.Approved), "approved", Noon);
        Assert.True(Devices.KeepCertificate(Certificate("01", "camera-1"), version: 1));
        Assert.True(Devices.KeepCertificate(Certificate("02", "camera-1") with { IssuedAt = Noon.AddHours(1) }, version: 1));
        Assert.True(Devices.KeepCertificate(Certificate("03", "camera-2"), version: 1));
        Assert.Equal("02", Devices.NewestCertificate("camera-1")!.SerialNumber);

        Devices.Keep(Devices.Find("camera-1")! with { State = DeviceState.Revoked }, "revoked", Noon.AddHours(2));

        Assert.Equal([("01", Noon.AddHours(2)), ("02", Noon.AddHours(2))], Devices.RevokedCertificates(Noon).Select(one => (one.SerialNumber, one.RevokedAt!.Value)));
        Assert.Empty(Devices.RevokedCertificates(Noon.AddDays(8)));
        Assert.Equal([1, 2, 3], Devices.NewestCertificate("camera-2")!.Der.ToArray());
        Assert.Null(Devices.NewestCertificate("camera-2")!.RevokedAt);
    }

    [Fact]
    public void The_certificates_of_an_earlier_key_are_revoked_when_a_device_has_another()
    {
        var first = Device("camera-1", DeviceState.Approved);
        Devices.Keep(first, "approved", Noon);
        Devices.KeepCertificate(Certificate("01", "camera-1") with { KeyId = first.KeyId! }, version: 1);
        Devices.Keep(Devices.Find("camera-1")! with { Zones = ["plaza-south"] }, "other zones", Noon.AddHours(1));
        Assert.Empty(Devices.RevokedCertificates(Noon));

        Devices.Keep(Devices.Find("camera-1")! with { Key = Device("camera-1", DeviceState.Approved, "another").Key }, "another key", Noon.AddHours(2));

        Assert.Equal(("01", Noon.AddHours(2)), Devices.RevokedCertificates(Noon).Select(one => (one.SerialNumber, one.RevokedAt!.Value)).Single());
    }

    [Fact]
    public void A_certificate_of_a_device_that_has_changed_meanwhile_is_not_noted()
    {
        Devices.Keep(Device("camera-1", DeviceState.Approved), "approved", Noon);
        Devices.Keep(Devices.Find("camera-1")! with { State = DeviceState.Revoked }, "revoked", Noon);

        Assert.False(Devices.KeepCertificate(Certificate("01", "camera-1"), version: 1));
        Assert.False(Devices.KeepCertificate(Certificate("01", "camera-9"), version: 1));

        Assert.Null(Devices.NewestCertificate("camera-1"));
    }

    [Fact]
    public void Whatever_is_known_of_a_device_it_is_listed_once_by_name()
    {
        Devices.Keep(Device("camera-2", DeviceState.Revoked), "revoked", Noon);
        Devices.Keep(Device("camera-4", DeviceState.Invited), "invited", Noon);
        var manifest = TestManifests.Sign(TestManifests.Covering("camera-1", LengthBytes, [Record()]), TestManifests.KeyOf("camera-1"));
        foreach (var device in new[] { "camera-1", "camera-4" })
            _opened!.KeepManifest(device, manifest, Noon);
        _opened!.Ingest([Incoming(Record(sequence: 1), "camera-3"), Incoming(Record(hour: 1, sequence: 2), "camera-3"), Incoming(Record(hour: 2, sequence: 1), "camera-2")]);

        Assert.Equal(4, Devices.CountKnown());
        Assert.Equal(
            [new("camera-1", null, true), new("camera-2", DeviceState.Revoked, false), new("camera-3", null, false), new("camera-4", DeviceState.Invited, true)],
            Devices.PageKnown(0, 10));
        Assert.Equal(["camera-2", "camera-3"], Devices.PageKnown(1, 2).Select(device => device.Device));
        Assert.Empty(Devices.PageKnown(4, 2));
    }

    [Fact]
    public void Certificates_that_have_ended_and_the_oldest_changes_fill_no_disk()
    {
        Devices.Keep(Device("camera-2", DeviceState.Approved), "approved", Noon);
        Devices.Keep(Device("camera-1", DeviceState.Approved), "first", Noon);
        // A thousand changes, of which each is a commit, take seconds.
        _opened!.Database.Run(
            "INSERT INTO device_history (device, at, state, change, zones) "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT 'camera-1', 0, 0, 'fill ' || i, '' FROM n");
        for (var i = 1; i <= 5; i++)
            Devices.Keep(Device("camera-1", DeviceState.Approved) with { Version = i }, $"{i}", Noon);
        Devices.KeepCertificate(Certificate("01", "camera-2"), version: 1);
        Devices.KeepCertificate(Certificate("02", "camera-1") with { IssuedAt = Noon.AddDays(8), NotAfter = Noon.AddDays(15) }, version: 6);

        Assert.Equal(1000, Devices.History("camera-1").Count);
        Assert.Equal(("5", "fill 5"), (Devices.History("camera-1")[0].Change, Devices.History("camera-1")[^1].Change));
        Assert.Single(Devices.History("camera-2"));
        Assert.Null(Devices.NewestCertificate("camera-2"));
    }

    public void Dispose()
    {
        _opened?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Reopen()
    {
        _opened!.Dispose();
        _opened = null;
    }

    private static EnrolledDevice Device(string name, DeviceState state, string? key = null) => new()
    {
        Device = name,
        State = state,
        Since = Noon,
        Zones = ["crossing-north"],
        ClaimUntil = Noon,
        Key = TestManifests.KeyOf(key ?? name).ExportSubjectPublicKeyInfo(),
    };

    private static IssuedCertificate Certificate(string serialNumber, string device) => new(serialNumber, device, "key", new byte[] { 1, 2, 3 }, Noon, Noon.AddDays(7));

    private static SignedManifest Signed(string key) =>
        TestManifests.Sign(TestManifests.Covering("camera-1", LengthBytes, [Record()], key), TestManifests.KeyOf(key));
}
