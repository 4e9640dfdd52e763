using System.Collections.Concurrent;
using System.Security.Cryptography;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Tests;

/// <summary>Manifests for tests, and keys that sign them: each name has one key for the whole run.</summary>
internal static class TestManifests
{
    private static readonly ConcurrentDictionary<string, ECDsa> Keys = new(StringComparer.Ordinal);

    /// <summary>The private key whose public half is in <see cref="Example"/>; of the test vector in DSSE's protocol.md.</summary>
    public static ECDsa ExampleKey { get; } = ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = BigEndian("97358161215184420915383655311931858321456579547487070936769975997791359926199"),
        Q = new ECPoint
        {
            X = BigEndian("46950820868899156662930047687818585632848591499744589407958293238635476079160"),
            Y = BigEndian("5640078356564379163099075877009565129882514886557779369047442380624545832820"),
        },
    });

    /// <summary>A manifest by hand, with every kind of value.</summary>
    public static PrivacyManifest Example { get; } = new()
    {
        Site = "plaza-7",
        Device = "edge-01",
        Profile = PrivacyProfile.Standard,
        Software = "1.0.0+877df0c",
        Issued = new DateOnly(2026, 11, 22),
        Topics = ManifestWords.Topics("edge-01", PrivacyProfile.Standard, 512),
        Fields = ManifestWords.Fields(PrivacyProfile.Standard),
        RecordBytes = 512,
        PublishSecondsMin = 120,
        PublishSecondsMax = 720,
        Zones =
        [
            Zone("crossing-north", 3600, ["red_crossing", "waited_on_red", "wrong_way"]),
            Zone("recycling-point", 21600, ["littering", "bin_used"]) with { TracksPerPerson = 1.75m, PassagesMin = 35, NoisedPassagesMin = 69 },
        ],
        Models = [new() { Model = "street-320", Sha256 = new string('a', 63) + "0" }],
        Never = ManifestWords.Never,
        Key = Convert.ToBase64String(ExampleKey.ExportSubjectPublicKeyInfo()),
    };

    public static ECDsa KeyOf(string name) => Keys.GetOrAdd(name, _ => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static ManifestZone Zone(string name, int seconds, IReadOnlyList<string> behaviours, string policy = "p-2026.3") => new()
    {
        Zone = name,
        WindowSeconds = seconds,
        Behaviours = behaviours,
        Episodes = [.. behaviours.Where(behaviour => Behaviours.Find(behaviour)!.IsEpisode)],
        Policy = policy,
        Calibration = "c-17",
        TracksPerPerson = 1.5m,
        PassagesMin = 30,
        NoisedPassagesMin = 64,
        EpsilonPassages = 0.4m,
        EpsilonCounts = 0.6m,
    };

    /// <summary>A manifest of a device that covers these records, all of one site and profile, under the key of a name.</summary>
    public static PrivacyManifest Covering(string device, int recordBytes, IEnumerable<EventRecord> records, string? key = null)
    {
        var all = records.DistinctBy(record => record.Zone).ToList();
        var profile = all[0].Profile;
        var isDemo = profile == PrivacyProfile.Demo;
        return Example with
        {
            Site = all[0].Site,
            Device = device,
            Profile = profile,
            Topics = ManifestWords.Topics(device, profile, recordBytes),
            Fields = ManifestWords.Fields(profile),
            RecordBytes = recordBytes,
            Zones = [.. all.Select(record =>
            {
                var zone = Zone(record.Zone, record.Seconds, [.. record.Counts.Select(count => count.Behaviour)], record.Policy);
                zone = zone with { Calibration = record.Calibration };
                return isDemo ? zone with { PassagesMin = 0, NoisedPassagesMin = 0, EpsilonPassages = null, EpsilonCounts = null } : zone;
            })],
            Key = Convert.ToBase64String(KeyOf(key ?? device).ExportSubjectPublicKeyInfo()),
        };
    }

    /// <summary>Signs whatever bytes, good or not.</summary>
    public static SignedManifest Sign(byte[] payload, ECDsa key) => new(
        payload,
        Dsse.Sign(key, SignedManifest.PayloadType, payload),
        Dsse.KeyId(key.ExportSubjectPublicKeyInfo()));

    public static SignedManifest Sign(PrivacyManifest manifest, ECDsa key) => Sign(PrivacyManifestJson.Encode(manifest), key);

    private static byte[] BigEndian(string number)
    {
        var bytes = System.Numerics.BigInteger.Parse(number).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
