using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>What every store has to do with manifests and the keys of devices; as <see cref="EventStoreContract"/>.</summary>
public abstract class ManifestStoreContract : IDisposable
{
    private readonly string _place = TestPaths.NewFolder();
    private IEventStore? _opened;

    private IEventStore Store => _opened ??= Open(_place);

    /// <summary>Opens the store that lives at this place; the same place is the same store.</summary>
    protected abstract IEventStore Open(string place);

    [Fact]
    public void A_manifest_is_kept_with_its_exact_bytes_and_its_first_time()
    {
        var signed = Signed("camera-1", "p-1");

        Assert.Equal(ManifestOutcome.Stored, Store.KeepManifest("camera-1", signed, Noon));
        Assert.Equal(ManifestOutcome.Known, Store.KeepManifest("camera-1", Signed("camera-1", "p-1"), Noon.AddHours(1)));

        var kept = Assert.Single(Store.Manifests("camera-1"));
        Assert.Equal((signed.Digest, signed.Signature, signed.KeyId, Noon), (kept.Signed.Digest, kept.Signed.Signature, kept.Signed.KeyId, kept.FirstAt));
    }

    [Fact]
    public void Every_manifest_of_a_device_stays_and_the_one_that_came_last_is_in_force()
    {
        foreach (var policy in (string[])["p-1", "p-2", "p-3", "p-1"])
            Store.KeepManifest("camera-1", Signed("camera-1", policy), Noon);
        Store.KeepManifest("camera-0", Signed("camera-0", "p-9"), Noon);

        Assert.Equal(["p-1", "p-3", "p-2"], Store.Manifests("camera-1").Select(Policy));
        Assert.Equal([("camera-0", "p-9"), ("camera-1", "p-1")], new ManifestTables(Store.Database).InForce("", 10).Select(one => (one.Device, Policy(one))));
        Assert.Equal(["camera-0"], new ManifestTables(Store.Database).InForce("", 1).Select(one => one.Device));
        Assert.Equal(["camera-1"], new ManifestTables(Store.Database).InForce("camera-0", 1).Select(one => one.Device));
        Assert.Empty(Store.Manifests("camera-2"));
    }

    [Fact]
    public void The_first_key_of_a_device_is_its_key_until_it_is_forgotten()
    {
        Store.KeepManifest("camera-1", Signed("camera-1", "p-1"), Noon);

        Assert.Equal(ManifestOutcome.OtherKey, Store.KeepManifest("camera-1", Signed("camera-1", "p-2", "thief"), Noon));
        Assert.Equal(["p-1"], Store.Manifests("camera-1").Select(Policy));
        Assert.True(Store.ForgetKey("camera-1"));
        Assert.False(Store.ForgetKey("camera-1"));
        Assert.Equal(ManifestOutcome.Stored, Store.KeepManifest("camera-1", Signed("camera-1", "p-2", "thief"), Noon));
        Assert.Equal(ManifestOutcome.OtherKey, Store.KeepManifest("camera-1", Signed("camera-1", "p-1"), Noon));
        Assert.Equal(["p-2", "p-1"], Store.Manifests("camera-1").Select(Policy));
    }

    [Fact]
    public void A_restart_forgets_no_key()
    {
        Store.KeepManifest("camera-1", Signed("camera-1", "p-1"), Noon);
        Store.KeepManifest("camera-1", Signed("camera-1", "p-2", "thief"), Noon);
        _opened!.Dispose();
        _opened = null;

        Assert.Equal(ManifestOutcome.OtherKey, Store.KeepManifest("camera-1", Signed("camera-1", "p-3", "thief"), Noon));
        Assert.Equal(["p-1"], Store.Manifests("camera-1").Select(Policy));
    }

    [Fact]
    public void A_device_that_makes_new_ones_without_end_loses_only_its_own_oldest()
    {
        Store.KeepManifest("camera-2", Signed("camera-2", "p-0"), Noon);
        // A thousand of them, of which each is a commit, take seconds.
        Store.Database.Run(
            "INSERT INTO manifest WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT 'camera-1', 'digest ' || i, $1, '', 'key', 0, i FROM n",
            BitConverter.GetBytes(-1));
        for (var i = 1000; i < 1005; i++)
            Store.KeepManifest("camera-1", new SignedManifest(BitConverter.GetBytes(i), "", "key"), Noon);

        Assert.Equal(1000, Store.Manifests("camera-1").Count);
        Assert.Equal(1004, BitConverter.ToInt32(Store.Manifests("camera-1")[0].Signed.Payload.Span));
        Assert.Equal(995, Store.Database.Read("SELECT digest FROM manifest WHERE device = 'camera-1' AND digest LIKE 'digest %'", row => row.GetString(0)).Count);
        Assert.Single(Store.Manifests("camera-2"));
    }

    public void Dispose()
    {
        _opened?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static SignedManifest Signed(string device, string policy, string? key = null) => TestManifests.Sign(
        TestManifests.Covering(device, LengthBytes, [Record() with { Policy = policy }], key), TestManifests.KeyOf(key ?? device));

    private static string Policy(StoredManifest stored)
    {
        Assert.True(stored.Signed.TryOpen(out var manifest, out var reason), reason);
        return manifest!.Zones[0].Policy;
    }
}
