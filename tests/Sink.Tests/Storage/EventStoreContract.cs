using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>What every store has to do; a store's own tests inherit it and say only how to open one.</summary>
public abstract class EventStoreContract : IDisposable
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    private readonly string _place = TestPaths.NewFolder();
    private IEventStore? _opened;

    private IEventStore Store => _opened ??= Open(_place);

    /// <summary>Opens the store that lives at this place; the same place is the same store.</summary>
    protected abstract IEventStore Open(string place);

    [Fact]
    public void A_record_is_stored_with_its_exact_bytes()
    {
        var incoming = Incoming(Record());

        Assert.Equal([IngestOutcome.Stored], Store.Ingest([incoming]));

        var stored = Assert.Single(Store.Records("crossing-north", Day, Day));
        Assert.Equal("camera-1", stored.Device);
        Assert.Equal(Text(incoming.Payload), Text(stored.Payload));
        Assert.Equal(incoming.Record.Id, stored.Record.Id);
        Assert.Equal(incoming.ReceivedAt, stored.ReceivedAt);
    }

    [Fact]
    public void The_same_bytes_again_change_nothing()
    {
        Store.Ingest([Incoming(Record())]);
        var before = Assert.Single(Store.ZoneDays(null, Day, Day));

        Assert.Equal([IngestOutcome.Duplicate, IngestOutcome.Duplicate], Store.Ingest([Incoming(Record()), Incoming(Record())]));

        var after = Assert.Single(Store.ZoneDays(null, Day, Day));
        Assert.Equal((before.Windows, before.Passages, before.Counts["red_crossing"]), (after.Windows, after.Passages, after.Counts["red_crossing"]));
        Assert.Single(Store.Records("crossing-north", Day, Day));
    }

    [Fact]
    public void The_zone_day_adds_up_its_windows()
    {
        Store.Ingest([Incoming(Record(hour: 0, sequence: 1, red: 3)), Incoming(Record(hour: 1, sequence: 2, red: -4))]);
        var low = Record(hour: 2, sequence: 3, red: 0) with { Status = RecordStatus.Low, Passages = 0, Counts = [new("red_crossing", 0), new("waited_on_red", 0)] };
        Store.Ingest([Incoming(low), Incoming(Record(hour: 12, sequence: 4))]);

        var day = Assert.Single(Store.ZoneDays("crossing-north", Day, Day));

        Assert.Equal((3, 2, 10800L, 27, 400L), (day.Windows, day.Released, day.Seconds, day.CoverageTenths, day.Passages));
        Assert.Equal(-1, day.Counts["red_crossing"]);
        Assert.Equal(82, day.Counts["waited_on_red"]);
    }

    [Fact]
    public void Two_payloads_for_one_window_are_both_set_aside()
    {
        var first = Incoming(Record(red: 3));
        var second = Incoming(Record(red: 300));
        Store.Ingest([first]);

        Assert.Equal([IngestOutcome.Conflict], Store.Ingest([second]));

        Assert.Empty(Store.Records("crossing-north", Day, Day));
        Assert.Empty(Store.ZoneDays(null, Day, Day));
        var aside = Store.Quarantine(10);
        Assert.All(aside, record => Assert.Equal(RefusalReason.Conflict, record.Reason));
        Assert.Equal(new HashSet<string> { Text(first.Payload), Text(second.Payload) }, aside.Select(record => Text(record.Payload)).ToHashSet());
    }

    [Fact]
    public void A_window_in_dispute_stays_in_dispute()
    {
        Store.Ingest([Incoming(Record(red: 3)), Incoming(Record(red: 300))]);

        var outcomes = Store.Ingest([Incoming(Record(red: 3)), Incoming(Record(red: 300)), Incoming(Record(red: 30))]);

        Assert.Equal([IngestOutcome.Duplicate, IngestOutcome.Conflict, IngestOutcome.Conflict], outcomes);
        Assert.Empty(Store.ZoneDays(null, Day, Day));
        Assert.Equal(3, Store.Quarantine(10).Count);
    }

    [Fact]
    public void Two_devices_may_each_report_the_same_window()
    {
        var outcomes = Store.Ingest([Incoming(Record(), "camera-1"), Incoming(Record(red: 5), "camera-2")]);

        Assert.Equal([IngestOutcome.Stored, IngestOutcome.Stored], outcomes);
        Assert.Equal(2, Assert.Single(Store.ZoneDays(null, Day, Day)).Windows);
    }

    [Fact]
    public void A_refused_record_covers_its_sequence_and_leaves_no_counts()
    {
        var refused = Incoming(Record(sequence: 1), refused: RefusalReason.DemoProfile);

        Assert.Equal([IngestOutcome.Refused, IngestOutcome.Refused], Store.Ingest([refused, refused]));

        Assert.True(Store.ReceivedOf("camera-1").Covers(1));
        Assert.Empty(Store.Records("crossing-north", Day, Day));
        var aside = Assert.Single(Store.Quarantine(10));
        Assert.Equal((RefusalReason.DemoProfile, 0), (aside.Reason, aside.Payload.Length));
    }

    [Fact]
    public void Nobody_fills_the_quarantine()
    {
        var flood = Enumerable.Range(0, 1500)
            .Select(i => Incoming(Record(hour: i, sequence: (uint)i + 1), refused: RefusalReason.TooOld)).ToList();

        Store.Ingest(flood);

        Assert.Equal(1000, Store.Quarantine(5000).Count);
        Assert.Equal(1500u, Store.ReceivedOf("camera-1").UpTo);
    }

    [Fact]
    public void Received_tells_the_gaps_until_they_are_closed()
    {
        foreach (var sequence in new uint[] { 1, 2, 5, 9, 8 })
            Store.Ingest([Incoming(Record(hour: (int)sequence, sequence: sequence))]);

        var received = Store.ReceivedOf("camera-1");
        Assert.Equal((2u, 9u), (received.UpTo, received.Highest));
        Assert.Equal("3-4 6-7", string.Join(' ', received.Gaps.Select(gap => $"{gap[0]}-{gap[1]}")));

        Store.Ingest([.. new uint[] { 3, 4, 6, 7 }.Select(s => Incoming(Record(hour: (int)s, sequence: s)))]);

        received = Store.ReceivedOf("camera-1");
        Assert.Equal((9u, 9u, 0), (received.UpTo, received.Highest, received.Gaps.Count));
    }

    [Fact]
    public void What_was_lost_before_the_first_record_is_a_gap_too()
    {
        Store.Ingest([Incoming(Record(sequence: 7))]);

        var received = Store.ReceivedOf("camera-1");

        Assert.False(received.Covers(6));
        Assert.True(received.Covers(7));
        Assert.False(Store.ReceivedOf("never-seen").Covers(1));
    }

    [Fact]
    public void Received_stays_short_and_claims_nothing_that_it_does_not_tell()
    {
        Store.Ingest([.. Enumerable.Range(1, 200).Select(i => Incoming(Record(hour: i, sequence: (uint)(2 * i))))]);

        var received = Store.ReceivedOf("camera-1");

        Assert.Equal(64, received.Gaps.Count);
        Assert.All(Enumerable.Range(1, 400), s => Assert.False(received.Covers((uint)s) && s % 2 == 1));
        Assert.All(Enumerable.Range(150, 51), i => Assert.True(received.Covers((uint)(2 * i))));
    }

    [Fact]
    public void Any_order_and_any_repetition_give_the_same_coverage_and_the_same_days()
    {
        var gen = Gen.Shuffle(Enumerable.Range(1, 12).ToArray()).SelectMany(order => Gen.Int[0, 11].Array[0, 6].Select(again => (order, again)));

        gen.Sample(
            sample =>
            {
                using var shuffled = Open(TestPaths.NewFolder());
                foreach (var i in sample.order.Concat(sample.again.Select(at => sample.order[at])).Chunk(3))
                    shuffled.Ingest([.. i.Select(s => Incoming(Record(hour: s - 12, sequence: (uint)s)))]);
                var received = shuffled.ReceivedOf("camera-1");
                var passages = shuffled.ZoneDays(null, Day.AddDays(-1), Day).Sum(day => day.Passages);
                return received is { UpTo: 12, Highest: 12, Gaps.Count: 0 } && passages == 12 * 200;
            },
            iter: 15,
            threads: 1);
    }

    [Fact]
    public void Everything_is_there_after_opening_again()
    {
        Store.Ingest([Incoming(Record()), Incoming(Record(zone: "aaa-plaza", hour: 5, sequence: 2), "camera-2")]);

        Store.Dispose();
        _opened = null;

        Assert.Equal(["aaa-plaza", "crossing-north"], Store.Zones().Select(zone => zone.Zone));
        Assert.Equal(["camera-1", "camera-2"], Store.Devices());
        Assert.Equal([IngestOutcome.Duplicate], Store.Ingest([Incoming(Record())]));
        var zone = Store.Zones()[0];
        Assert.Equal(("plaza-7", "camera-2", 3600, Noon.AddHours(5)), (zone.Site, zone.Device, zone.Seconds, zone.Last));
    }

    [Fact]
    public async Task Two_writers_and_readers_may_meet()
    {
        using var other = Open(_place);
        var writers = new[] { Store, other }.Select((store, w) => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
                store.Ingest([Incoming(Record(hour: -i, sequence: (uint)i + 1), $"camera-{w}")]);
        }));
        var reader = Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
                Assert.All(Store.ZoneDays(null, Day.AddDays(-9), Day), day => Assert.Equal(day.Windows * 200L, day.Passages));
        });

        await Task.WhenAll([.. writers, reader]);

        Assert.Equal(100, Store.ZoneDays(null, Day.AddDays(-9), Day).Sum(day => day.Windows));
    }

    public void Dispose()
    {
        _opened?.Dispose();
        GC.SuppressFinalize(this);
    }
}
