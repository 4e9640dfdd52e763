using System.Security.Cryptography;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>
/// The records of many devices, in the order in which a broker gets them: one for each zone, then the next window. The same
/// arguments give the same records in every process.
/// </summary>
/// <param name="isSimulated">Named as the simulated city's, which needs no keys.</param>
/// <param name="from">Start of the first window; at most eight days ago, or the sink refuses it.</param>
/// <param name="recordsPerRound">Each round goes on where the one before ended.</param>
internal sealed class LoadRecords(bool isSimulated, DateTimeOffset from, int recordsPerRound)
{
    public const int Devices = 2000;

    public const int ZonesPerDevice = 4;

    public const int WindowSeconds = 3600;

    private static readonly string[] Behaviours = ["red_crossing", "waited_on_red", "wrong_way"];

    private readonly string _prefix = isSimulated ? SimulatedNames.Site + "-" : "load-";

    public int PayloadBytes => RecordLength.For($"{_prefix}site", [($"{_prefix}zone-00000", Behaviours)]);

    public string Device(int number) => $"{_prefix}{number:D5}";

    public IEnumerable<(string Device, EventRecord Record, byte[] Payload)> Round(int round)
    {
        var lengthBytes = PayloadBytes;
        const int zones = Devices * ZonesPerDevice;
        for (var i = 0; i < recordsPerRound; i++)
        {
            var zone = i % zones;
            var record = RecordOf(zone, round * (recordsPerRound / zones) + i / zones);
            yield return (Device(zone / ZonesPerDevice), record, EventRecordJson.Encode(record, lengthBytes));
        }
    }

    /// <summary>What each device said that it can send.</summary>
    public IEnumerable<(string Device, SignedManifest Manifest)> Manifests(ECDsa key)
    {
        var lengthBytes = PayloadBytes;
        for (var device = 0; device < Devices; device++)
        {
            var records = Enumerable.Range(0, ZonesPerDevice).Select(zone => RecordOf(device * ZonesPerDevice + zone, 0));
            var manifest = TestManifests.Covering(Device(device), lengthBytes, records) with { Key = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) };
            yield return (Device(device), TestManifests.Sign(manifest, key));
        }
    }

    private EventRecord RecordOf(int zone, int window)
    {
        var noise = (zone * 31 + window * 17) % 40;
        return new EventRecord
        {
            Site = $"{_prefix}site",
            Zone = $"{_prefix}zone-{zone:D5}",
            Start = from.AddSeconds((double)WindowSeconds * window),
            Seconds = WindowSeconds,
            Status = RecordStatus.Ok,
            Coverage = 10,
            Passages = 200 + noise,
            Counts = [new(Behaviours[0], noise % 7), new(Behaviours[1], noise), new(Behaviours[2], noise % 3 - 1)],
            Profile = PrivacyProfile.Standard,
            Policy = "p-load",
            Calibration = "none",
            Sequence = (uint)(window * ZonesPerDevice + zone % ZonesPerDevice + 1),
        };
    }
}
