using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>A device remembers what it said for as long as records may wait that were made under it.</summary>
public sealed class ManifestShelfTests : IDisposable
{
    private readonly string _folder = TestPaths.NewFolder();
    private readonly CapturingLog _log = new();
    private readonly DeviceKey _key;

    public ManifestShelfTests() => _key = DeviceKey.OpenOrMake(_folder);

    [Fact]
    public void The_same_configuration_on_another_day_is_the_same_manifest()
    {
        var first = Put(Version("p-1"));

        var later = Put(Version("p-1") with { Issued = new DateOnly(2026, 12, 24) });

        Assert.Equal(first.Select(one => one.Digest), later.Select(one => one.Digest));
    }

    [Fact]
    public void Earlier_ones_stay_before_the_one_in_force_while_records_wait()
    {
        Put(Version("p-1"));
        Put(Version("p-2"));

        Assert.Equal(["p-1", "p-2", "p-3"], Put(Version("p-3")).Select(Policy));
        Assert.Equal(["p-2", "p-3", "p-1"], Put(Version("p-1")).Select(Policy));
    }

    [Fact]
    public void Where_nothing_waits_only_the_one_in_force_stays()
    {
        Put(Version("p-1"));

        Assert.Equal(["p-2"], Put(Version("p-2"), isNothingWaiting: true).Select(Policy));
        Assert.Equal(["p-2", "p-3"], Put(Version("p-3")).Select(Policy));
    }

    [Fact]
    public void There_are_never_more_than_sixteen()
    {
        for (var i = 0; i < 20; i++)
            Put(Version($"p-{i}"));

        Assert.Equal(16, Put(Version("p-last")).Count);
        Assert.Equal(16, File.ReadAllLines(Path.Combine(_folder, "manifests.jsonl")).Length);
    }

    [Fact]
    public void A_damaged_line_costs_that_line_and_is_said()
    {
        Put(Version("p-1"));
        File.AppendAllText(Path.Combine(_folder, "manifests.jsonl"), "{\"v\":1,");

        Assert.Equal(["p-1", "p-2"], Put(Version("p-2")).Select(Policy));
        Assert.Equal(1, _log.Count("An earlier manifest in"));
    }

    [Fact]
    public void What_was_said_under_an_earlier_key_is_said_again_under_the_new_one()
    {
        Put(Version("p-1"));
        File.Delete(Path.Combine(_folder, DeviceKey.FileName));
        using var fresh = DeviceKey.OpenOrMake(_folder);

        var kept = new ManifestShelf(_folder, _log).PutInForce(Version("p-2") with { Key = fresh.PublicKey }, fresh, isNothingWaiting: false).All;

        Assert.Equal(["p-1", "p-2"], kept.Select(Policy));
        Assert.All(kept, signed => Assert.Equal(fresh.Id, signed.KeyId));
    }

    [Fact]
    public void A_disk_that_takes_nothing_is_said_and_stops_nothing()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "manifests.jsonl.new"));

        Assert.Equal(["p-1"], Put(Version("p-1")).Select(Policy));
        Assert.Equal(1, _log.Count("The manifest cannot be kept"));
    }

    public void Dispose() => _key.Dispose();

    private IReadOnlyList<SignedManifest> Put(PrivacyManifest made, bool isNothingWaiting = false) =>
        new ManifestShelf(_folder, _log).PutInForce(made, _key, isNothingWaiting).All;

    private PrivacyManifest Version(string policy) => TestManifests.Example with
    {
        Key = _key.PublicKey,
        Zones = [TestManifests.Zone("crossing-north", 3600, ["red_crossing"], policy)],
    };

    private static string Policy(SignedManifest signed)
    {
        Assert.True(signed.TryOpen(out var manifest, out var reason), reason);
        return manifest!.Zones[0].Policy;
    }
}
