using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

public sealed class OutboxBoundsTests : IDisposable
{
    private readonly OutboxBed _bed = new();
    private readonly SteppedTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));

    [Fact]
    public void Past_its_records_the_oldest_go_first_and_are_counted_for_good()
    {
        _bed.Options = _bed.Options with { RecordsMax = 3 };
        uint first;
        using (var outbox = _bed.Open(_time))
        {
            first = outbox.Append(Records.Of(0), _time.GetUtcNow()).Entry!.Sequence;
            for (var i = 1; i < 5; i++)
                outbox.Append(Records.Of(i), _time.GetUtcNow());
        }

        using var reopened = _bed.Open(_time);

        Assert.Equal([first + 2, first + 3, first + 4], reopened.Pending(0, 100).Select(waiting => waiting.Sequence));
        Assert.Equal((3, 2L), (reopened.State.Depth, reopened.State.Losses.Dropped));
        Assert.Equal(2, _bed.Log.Count("over its limit of 3 records"));
    }

    [Fact]
    public void Past_its_bytes_the_oldest_go_first()
    {
        _bed.Options = _bed.Options with { BytesMax = 2 * 512 };
        using var outbox = _bed.Open(_time);

        for (var i = 0; i < 5; i++)
            outbox.Append(Records.Of(i), _time.GetUtcNow());

        Assert.Equal((2, 3L), (outbox.State.Depth, outbox.State.Losses.Dropped));
    }

    [Fact]
    public void Past_its_age_a_record_is_dropped()
    {
        using var outbox = _bed.Open(_time);
        outbox.Append(Records.Of(0), _time.GetUtcNow());
        _time.Advance(TimeSpan.FromDays(6.9));
        outbox.Append(Records.Of(1), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromDays(6.9), outbox.State.OldestAge);

        _time.Advance(TimeSpan.FromDays(0.2));
        outbox.Trim();

        Assert.Equal((1, 1L), (outbox.State.Depth, outbox.State.Losses.Dropped));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    [InlineData(-400 * 24)]
    [InlineData(400 * 24)]
    public void A_clock_that_is_set_makes_nothing_old_and_holds_nothing_up(int hours)
    {
        using var outbox = _bed.Open(_time);
        outbox.Append(Records.Of(0), _time.GetUtcNow() + TimeSpan.FromMinutes(10));
        _time.Step = TimeSpan.FromHours(hours);

        outbox.Trim();

        Assert.Equal(0, outbox.State.Losses.Dropped);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(10), outbox.Pending(0, 1)[0].PublishAt);
        _time.Step = TimeSpan.Zero;
        _time.Advance(TimeSpan.FromDays(6.9));
        outbox.Trim();
        Assert.Equal((1, TimeSpan.FromDays(6.9)), (outbox.State.Depth, outbox.State.OldestAge));
        _time.Advance(TimeSpan.FromDays(0.2));
        outbox.Trim();
        Assert.Equal((0, 1L), (outbox.State.Depth, outbox.State.Losses.Dropped));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    [InlineData(-400 * 24)]
    [InlineData(400 * 24)]
    public void A_clock_that_was_set_while_the_agent_was_off_makes_nothing_old_and_holds_nothing_up(int hours)
    {
        uint last;
        using (var outbox = _bed.Open(_time))
            last = outbox.Append(Records.Of(0), _time.GetUtcNow() + TimeSpan.FromMinutes(10)).Entry!.Sequence;
        _time.Step = TimeSpan.FromHours(hours);

        using var reopened = _bed.Open(_time);
        reopened.Trim();

        Assert.Equal((1, 0L), (reopened.State.Depth, reopened.State.Losses.Dropped));
        Assert.True(reopened.Pending(0, 1)[0].PublishAt <= _time.GetUtcNow() + TimeSpan.FromMinutes(10));
        Assert.Equal(last + 1, reopened.Append(Records.Of(1), _time.GetUtcNow()).Entry!.Sequence);
        _time.Advance(TimeSpan.FromDays(7.1));
        reopened.Trim();
        Assert.Equal((0, 2L), (reopened.State.Depth, reopened.State.Losses.Dropped));
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public void A_window_is_not_drawn_again_because_the_clock_was_wrong_for_a_while(int days)
    {
        using var outbox = _bed.Open(_time);
        var first = outbox.Append(Records.Of(0), _time.GetUtcNow()).Entry!;
        outbox.Covered(new Received(first.Sequence, first.Sequence, []));

        _time.Step = TimeSpan.FromDays(days);
        outbox.Trim();
        outbox.Append(Records.Of(1), _time.GetUtcNow());
        _time.Step = TimeSpan.Zero;
        outbox.Trim();

        Assert.Equal(AppendOutcome.AlreadyDrawn, outbox.Append(Records.Of(0, passages: 8), _time.GetUtcNow()).Outcome);
    }

    [Fact]
    public void A_device_without_a_battery_that_is_off_for_a_night_goes_on_where_it_was()
    {
        using (var outbox = _bed.Open(_time))
            outbox.Append(Records.Of(0), _time.GetUtcNow());
        var time = new SteppedTime(DateTimeOffset.UnixEpoch);

        using var reopened = _bed.Open(time);
        reopened.Trim();
        Assert.Equal(1, reopened.State.Depth);
        time.Step = _time.GetUtcNow().AddHours(8) - DateTimeOffset.UnixEpoch;
        reopened.Trim();

        Assert.Equal((1, 0L), (reopened.State.Depth, reopened.State.Losses.Dropped));
        time.Advance(TimeSpan.FromDays(7.1));
        reopened.Trim();
        Assert.Equal((0, 1L), (reopened.State.Depth, reopened.State.Losses.Dropped));
    }

    [Fact]
    public void No_publish_time_is_further_away_than_the_longest_hold()
    {
        using var outbox = _bed.Open(_time);

        var entry = outbox.Append(Records.Of(0), _time.GetUtcNow() + TimeSpan.FromDays(2)).Entry!;

        Assert.Equal(_time.GetUtcNow() + _bed.Options.HoldMax, entry.PublishAt);
    }

    [Fact]
    public void A_new_outbox_starts_above_everything_an_earlier_one_gave()
    {
        Received ofEarlier;
        using (var earlier = new OutboxBed())
        using (var outbox = earlier.Open(_time))
        {
            for (var i = 0; i < 100; i++)
                outbox.Append(Records.Of(i), _time.GetUtcNow());
            var last = outbox.Pending(0, 100)[^1].Sequence;
            ofEarlier = new Received(last, last, []);
        }

        _time.Advance(TimeSpan.FromHours(1));
        using var replaced = _bed.Open(_time);
        replaced.Append(Records.Of(200), _time.GetUtcNow());

        Assert.Equal(0, replaced.Covered(ofEarlier));
    }

    [Fact]
    public void An_outbox_of_the_first_version_is_taken_over_with_its_bytes()
    {
        var payload = EventRecordJson.Encode(Records.Of(0) with { Sequence = 41 }, 512);
        using (var first = new SqliteConnection($"Data Source={_bed.Options.Path};Pooling=False"))
        {
            first.Open();
            using var command = first.CreateCommand();
            command.CommandText = """
                PRAGMA journal_mode = WAL;
                CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE waiting(
                    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, payload BLOB NOT NULL,
                    appended_at INTEGER NOT NULL, publish_at INTEGER NOT NULL, parked INTEGER);
                CREATE TABLE drawn(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, drawn_at INTEGER NOT NULL) WITHOUT ROWID;
                CREATE INDEX drawn_by_time ON drawn(drawn_at);
                INSERT INTO meta VALUES('sequence', 41), ('dropped', 6);
                INSERT INTO waiting VALUES(41, @id, @payload, 1790000000000, 1790000000000, NULL);
                INSERT INTO drawn VALUES(@id, 41, 1790000000000);
                """;
            command.Parameters.AddWithValue("@id", Records.Of(0).Id);
            command.Parameters.AddWithValue("@payload", payload);
            command.ExecuteNonQuery();
        }

        using var outbox = _bed.Open(_time);

        Assert.Equal(payload, outbox.Find(41)!.Payload.ToArray());
        Assert.Equal(AppendOutcome.AlreadyDrawn, outbox.Append(Records.Of(0), _time.GetUtcNow()).Outcome);
        Assert.Equal((42u, 6L), (outbox.Append(Records.Of(1), _time.GetUtcNow()).Entry!.Sequence, outbox.State.Losses.Dropped));
    }

    public void Dispose() => _bed.Dispose();
}
