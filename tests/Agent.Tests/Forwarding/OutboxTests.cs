using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

public sealed class OutboxTests : IDisposable
{
    private readonly OutboxBed _bed = new();
    private readonly DateTimeOffset _past = DateTimeOffset.UnixEpoch;

    [Fact]
    public void The_stored_bytes_are_the_record_with_its_sequence()
    {
        using var outbox = _bed.Open();

        var stored = outbox.Append(Records.Of(1), _past).Entry!;

        Assert.Equal(_bed.Options.PayloadBytes, stored.Payload.Length);
        Assert.Equal(stored.Sequence, Records.Decode(stored.Payload).Sequence);
        Assert.Equal("kerb-north:179000001", stored.Id);
        Assert.Equal(stored.Payload.ToArray(), outbox.Find(stored.Sequence)!.Payload.ToArray());
    }

    [Fact]
    public void Sequences_rise_by_one_across_restarts_and_an_empty_outbox()
    {
        uint first, second, third;
        using (var outbox = _bed.Open())
            first = outbox.Append(Records.Of(1), _past).Entry!.Sequence;
        using (var outbox = _bed.Open())
        {
            outbox.Covered(new Received(first, first, []));
            second = outbox.Append(Records.Of(2), _past).Entry!.Sequence;
            outbox.Covered(new Received(second, second, []));
        }

        using (var outbox = _bed.Open())
            third = outbox.Append(Records.Of(3), _past).Entry!.Sequence;

        Assert.Equal((first + 1, first + 2), (second, third));
    }

    [Fact]
    public void A_window_is_drawn_once()
    {
        using var outbox = _bed.Open();
        var first = outbox.Append(Records.Of(1, passages: 7), _past).Entry!;

        var again = outbox.Append(Records.Of(1, passages: 8), _past);

        Assert.Equal(AppendOutcome.AlreadyDrawn, again.Outcome);
        Assert.Equal(first.Payload.ToArray(), again.Entry!.Payload.ToArray());
        Assert.Equal(1, outbox.State.Depth);
    }

    [Fact]
    public void A_window_whose_record_has_left_is_not_drawn_again()
    {
        using (var outbox = _bed.Open())
        {
            var sequence = outbox.Append(Records.Of(1), _past).Entry!.Sequence;
            outbox.Covered(new Received(sequence, sequence, []));
        }

        using var reopened = _bed.Open();
        var again = reopened.Append(Records.Of(1, passages: 8), _past);

        Assert.Equal(new AppendResult(AppendOutcome.AlreadyDrawn, null), again);
        Assert.Equal(0, reopened.State.Depth);
    }

    [Fact]
    public void Only_what_the_sink_has_committed_leaves()
    {
        using var outbox = _bed.Open();
        var first = outbox.Append(Records.Of(0), _past).Entry!.Sequence;
        for (var i = 1; i < 10; i++)
            outbox.Append(Records.Of(i), _past);

        var left = outbox.Covered(new Received(first + 2, first + 8, [[first + 4, first + 5], [first + 7, first + 7]]));

        Assert.Equal(6, left);
        Assert.Equal([first + 4, first + 5, first + 7, first + 9], outbox.Pending(0, 100).Select(waiting => waiting.Sequence));
    }

    [Fact]
    public void What_the_sink_says_of_another_outbox_covers_nothing()
    {
        using var outbox = _bed.Open();
        var sequence = outbox.Append(Records.Of(1), _past).Entry!.Sequence;

        var left = outbox.Covered(new Received(sequence + 1, sequence + 1, []));

        Assert.Equal(0, left);
        Assert.Equal(1, outbox.State.Depth);
        Assert.Equal(1, _bed.Log.Count("an older outbox was restored, or the clock was wrong"));
    }

    [Fact]
    public void A_parked_record_waits_until_it_is_offered_again()
    {
        using var outbox = _bed.Open();
        var first = outbox.Append(Records.Of(1), _past).Entry!.Sequence;
        outbox.Append(Records.Of(2), _past);

        outbox.Park(first, 0x87);

        Assert.Equal([first + 1], outbox.Pending(0, 100).Select(waiting => waiting.Sequence));
        Assert.Equal((2, 1), (outbox.State.Depth, outbox.State.Parked));
        Assert.Equal([first], outbox.Unpark());
        Assert.Equal([first, first + 1], outbox.Pending(0, 100).Select(waiting => waiting.Sequence));
        Assert.Equal(0, outbox.State.Parked);
    }

    [Fact]
    public void A_record_that_does_not_fit_is_refused_and_costs_no_sequence()
    {
        _bed.Options = _bed.Options with { PayloadBytes = 400 };
        using var outbox = _bed.Open();
        var first = outbox.Append(Records.Of(1), _past).Entry!.Sequence;
        var tooLong = Records.Of(2) with { Counts = [.. Behaviours.All.Where(b => b.Sign == BehaviourSign.Bad).Select(b => new BehaviourCount(b.Name, 1))] };

        Assert.Throws<ArgumentException>(() => outbox.Append(tooLong, _past));

        Assert.Equal(first + 1, outbox.Append(Records.Of(3), _past).Entry!.Sequence);
    }

    [Fact]
    public void Two_agents_cannot_share_an_outbox()
    {
        using var outbox = _bed.Open();

        var refused = Assert.Throws<IOException>(() => _bed.Open());

        Assert.Contains("another agent has it", refused.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_bed.Options.Path, "a file, not a folder");
        _bed.Options = _bed.Options with { Path = Path.Combine(_bed.Options.Path, "outbox.db") };

        var refused = Assert.Throws<IOException>(() => _bed.Open());

        Assert.Contains(_bed.Options.Path, refused.Message);
    }

    public void Dispose() => _bed.Dispose();
}
