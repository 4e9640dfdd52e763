using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>Records make days, also a second time; what is forgotten and what stays. As <see cref="EventStoreContract"/>.</summary>
public abstract class RestatementContract
{
    private const string Zone = "crossing-north";

    private static readonly DateOnly Day = new(2026, 11, 22);

    /// <summary>Opens the store that lives at this place; the same place is the same store.</summary>
    protected abstract IEventStore Open(string place);

    [Fact]
    public void Days_that_ingest_made_are_as_their_records_say()
    {
        using var store = Open(TestPaths.NewFolder());
        store.Ingest([.. Enumerable.Range(0, 30).Select(i => Incoming(Record(hour: i, sequence: (uint)i + 1, red: i - 9)))]);
        store.Ingest([Incoming(Record(hour: 3, sequence: 40, red: 99)), Incoming(Record(hour: 31, sequence: 41) with { Status = RecordStatus.Low, Passages = 0, Counts = [new("red_crossing", 0)] })]);

        var days = new Restatement(store.Database).Check(Zone, Day, Day.AddDays(2));

        Assert.Equal([Day, Day.AddDays(1)], days.Select(day => day.Date));
        Assert.All(days, day => Assert.True(day.IsSame));
        Assert.Equal(11, days[0].Records!.Windows);
    }

    [Theory]
    [InlineData("UPDATE zone_day SET passages = passages + 5")]
    [InlineData("UPDATE zone_day_count SET count = -count")]
    [InlineData("DELETE FROM zone_day_count WHERE behaviour = 'red_crossing'")]
    [InlineData("DELETE FROM zone_day")]
    [InlineData("UPDATE record SET disputed = 1 WHERE sequence = 2")]
    public void A_day_that_another_hand_changed_is_found_and_made_again(string meddling)
    {
        using var store = Open(TestPaths.NewFolder());
        store.Ingest([Incoming(Record(hour: 0, sequence: 1)), Incoming(Record(hour: 1, sequence: 2)), Incoming(Record("plaza-south", sequence: 3))]);
        store.Database.Run(meddling);
        var restatement = new Restatement(store.Database);

        Assert.False(Assert.Single(restatement.Check(Zone, Day, Day)).IsSame);
        var noted = new List<DateOnly>();
        restatement.Run(Zone, Day, Day, (_, day) => noted.Add(day.Date));
        restatement.Run(Zone, Day, Day, (_, day) => noted.Add(day.Date));

        Assert.Equal([Day], noted);
        Assert.True(Assert.Single(restatement.Check(Zone, Day, Day)).IsSame);
        var windows = store.Records(Zone, Day, Day).Count;
        var made = Assert.Single(store.ZoneDays(Zone, Day, Day));
        Assert.Equal((windows, windows * 200L, windows * 3L), (made.Windows, made.Passages, made.Counts["red_crossing"]));
    }

    [Fact]
    public void Records_go_in_whole_months_and_their_days_stay()
    {
        using var store = Open(TestPaths.NewFolder());
        var starts = new[] { -22 * 24, -21 * 24, 0 };
        store.Ingest([.. starts.Select((hour, i) => Incoming(Record(hour: hour, sequence: (uint)i + 1)))]);
        var before = store.ZoneDays(null, DateOnly.MinValue, DateOnly.MaxValue);

        Assert.False(store.ForgetRecords(new DateOnly(2026, 10, 31)));
        Assert.True(store.ForgetRecords(new DateOnly(2026, 11, 15)));
        Assert.False(store.ForgetRecords(new DateOnly(2026, 11, 15)));

        Assert.Equal([2u, 3u], store.Records(Zone, Day.AddDays(-40), Day).Select(record => record.Record.Sequence));
        Assert.Equivalent(before, store.ZoneDays(null, DateOnly.MinValue, DateOnly.MaxValue), strict: true);
        Assert.Equal(3u, store.ReceivedOf("camera-1").UpTo);
        Assert.Equal([IngestOutcome.Stored], store.Ingest([Incoming(Record(hour: 1, sequence: 4))]));
    }

    [Fact]
    public void Days_whose_records_are_gone_stay_as_they_are()
    {
        using var store = Open(TestPaths.NewFolder());
        store.Ingest([Incoming(Record(hour: -22 * 24, sequence: 1)), Incoming(Record(sequence: 2))]);
        store.ForgetRecords(new DateOnly(2026, 11, 1));

        var days = new Restatement(store.Database).Run(Zone, Day.AddDays(-40), Day, (_, day) => Assert.Fail($"{day.Date} was written"));

        Assert.Equal([false, true], days.Select(day => day.IsKnown));
        Assert.Equal(2, store.ZoneDays(Zone, Day.AddDays(-40), Day).Count);
    }

    [Fact]
    public async Task A_restatement_may_meet_what_is_coming_in()
    {
        var place = TestPaths.NewFolder();
        using var store = Open(place);
        using var other = Open(place);
        store.Ingest([Incoming(Record(sequence: 1))]);
        var writers = new[] { store, other }.Select((sink, w) => Task.Run(() =>
        {
            // Each window a second time with other counts: it is taken out of its day again.
            for (var i = 0; i < 40; i++)
                sink.Ingest([Incoming(Record(hour: i % 11 - 12, sequence: (uint)(i + 2), red: i), $"camera-{w}")]);
        }));
        var restating = Task.Run(() =>
        {
            var restatement = new Restatement(other.Database);
            for (var i = 0; i < 25; i++)
                restatement.Run(Zone, Day, Day, (_, day) => Assert.Fail($"{day.Stands} was not {day.Records}"));
        });

        await Task.WhenAll([.. writers, restating]);

        Assert.All(new Restatement(store.Database).Check(Zone, Day, Day), day => Assert.True(day.IsSame));
    }
}
