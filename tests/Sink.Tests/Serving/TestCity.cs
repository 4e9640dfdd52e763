using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>A city of zones in a real store, each with something that a page must be able to show.</summary>
internal static class TestCity
{
    /// <summary>A Sunday afternoon; every zone's windows have an hour.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 20, 0, TimeSpan.Zero);

    public static readonly Policy Policy = new()
    {
        Id = "p-2026.3",
        Behaviours = new OrderedDictionary<string, PolicyBehaviour>
        {
            ["red_crossing"] = new() { Sign = PolicySign.Bad, Weight = 12, Reference = 4 },
            ["littering"] = new() { Sign = PolicySign.Bad, Weight = 8, Reference = 0.5 },
            ["yielded"] = new() { Sign = PolicySign.Good, Weight = 10, Reference = 30 },
            ["waited_on_red"] = new() { Sign = PolicySign.Good, Weight = 6, Reference = 90 },
        },
    };

    public static void Fill(IEventStore store)
    {
        uint sequence = 0;
        foreach (var place in Places)
        {
            var random = new Random(place.Zone.Length + place.Zone[0]);
            var batch = new List<IncomingRecord>();
            var last = Now.AddMinutes(-Now.Minute).AddHours(-1 - place.SilentHours);
            for (var start = last.AddDays(-place.Days); start <= last; start = start.AddHours(1))
                batch.Add(RecordFixtures.Incoming(Record(place, start, random, ++sequence, last), place.Device));
            Assert.All(store.Ingest(batch), outcome => Assert.Equal(IngestOutcome.Stored, outcome));
        }

        SayManifest(store, "crossing-north");
        SayManifest(store, "station-underpass");
    }

    public static void SayManifest(IEventStore store, string zone)
    {
        var last = store.Records(zone, DateOnly.MinValue, DateOnly.FromDateTime(Now.UtcDateTime))[^1];
        var manifest = TestManifests.Covering(last.Device, RecordFixtures.LengthBytes, [last.Record]);
        store.KeepManifest(last.Device, TestManifests.Sign(manifest, TestManifests.KeyOf(last.Device)), Now.AddDays(-3));
    }

    private static readonly Place[] Places =
    [
        new("crossing-north", "plaza-7", [5.2, 0.35, 38, 104]),
        new("plaza-edge", "plaza-7", [1.4, 0.2, 52, 150]),
        new("school-street", "ring-east", [2.6, 0.3, 41, 96]) { SilentHours = 8, FadedDays = 19 },
        new("station-underpass", "station", [8.9, 1.1, 22, 70]) { Drift = 0.35 },
        new("market-hall-delivery-yard", "market", [6.1, 0.8, 24, 80]) { NightHours = 15, Days = 9 },
        new("new-footbridge", "harbour", [4, 0.5, 30, 90]) { Days = 1, Footfall = 40 },
        new("simulated-bus-gate", "simulated", [3.1, 0.4, 45, 99]) { Device = "simulated-city" },
        new("simulated-park-gate", "simulated", [6.5, 0.7, 25, 75]) { Device = "simulated-city", Drift = -0.4 },
    ];

    private static EventRecord Record(Place place, DateTimeOffset start, Random random, uint sequence, DateTimeOffset last)
    {
        var released = start.Hour >= place.NightHours && place.Footfall >= 64;
        var age = (last - start).TotalDays / Math.Max(1, place.Days);
        var passages = released ? (long)(place.Footfall * (0.7 + 0.6 * random.NextDouble()) * (start.UtcDateTime.Date < Now.UtcDateTime.Date.AddDays(-place.FadedDays) ? 1 : place.FadedTo)) : 0;
        var counts = Policy.Behaviours.Keys.Select((name, i) => new BehaviourCount(
            name, released ? Count(place, i, passages, age, random) : 0));
        return new EventRecord
        {
            Site = place.Site,
            Zone = place.Zone,
            Start = start,
            Seconds = 3600,
            Status = released ? RecordStatus.Ok : RecordStatus.Low,
            Coverage = released ? 10 : 9,
            Passages = passages,
            Counts = [.. counts],
            Profile = PrivacyProfile.Standard,
            Policy = Policy.Id,
            Calibration = "c-1",
            Sequence = sequence,
        };
    }

    // Bad rates grow with a positive drift towards today, good ones shrink; noise about as large as the real one.
    private static long Count(Place place, int behaviour, long passages, double age, Random random)
    {
        var drift = 1 + place.Drift * (0.5 - age) * (behaviour < 2 ? 2 : -1);
        return (long)Math.Round(passages * place.Rates[behaviour] * drift / 1000 + 5 * (random.NextDouble() - 0.5));
    }

    private sealed record Place(string Zone, string Site, double[] Rates)
    {
        public string Device { get; init; } = "camera-" + Zone[..3];

        public int Days { get; init; } = 45;

        public int NightHours { get; init; } = 6;

        public int SilentHours { get; init; }

        public double Footfall { get; init; } = 420;

        public double Drift { get; init; }

        /// <summary>For so many days its camera has seen fewer than before.</summary>
        public int FadedDays { get; init; }

        public double FadedTo => FadedDays > 0 ? 0.7 : 1;
    }
}
