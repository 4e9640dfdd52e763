using SocialCredit.Edge.Contract;

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
    [InlineData(-400)]
    [InlineData(400)]
    public void A_clock_that_is_set_makes_nothing_old_and_holds_nothing_up(int days)
    {
        using var outbox = _bed.Open(_time);
        outbox.Append(Records.Of(0), _time.GetUtcNow() + TimeSpan.FromMinutes(10));
        _time.Step = TimeSpan.FromDays(days);

        outbox.Trim();

        Assert.Equal(0, outbox.State.Losses.Dropped);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(10), outbox.Pending(0, 1)[0].PublishAt);
    }

    [Fact]
    public void A_clock_that_was_ahead_before_a_restart_holds_nothing_up()
    {
        using (var outbox = _bed.Open(_time))
            outbox.Append(Records.Of(0), _time.GetUtcNow() + TimeSpan.FromMinutes(10));
        var restarted = new SteppedTime(_time.GetUtcNow() - TimeSpan.FromDays(30));

        using var reopened = _bed.Open(restarted);

        Assert.Equal(restarted.GetUtcNow(), reopened.Pending(0, 1)[0].PublishAt);
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

    public void Dispose() => _bed.Dispose();
}
