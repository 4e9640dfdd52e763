using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>What the outbox remembers beside its records: where damage changed it, it is not believed.</summary>
public sealed class OutboxSealTests : IDisposable
{
    private readonly OutboxBed _bed = new();
    private readonly SteppedTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_790_002_000));
    private readonly DateTimeOffset _past = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_byte_that_changes_in_the_name_of_a_window_makes_up_none_and_forgets_none()
    {
        using (var outbox = _bed.Open(_time))
        {
            for (var i = 0; i < 20; i++)
                outbox.Append(Records.Of(i), _past);
        }

        Change($"UPDATE drawn SET id = '{Records.Of(907).Id}' WHERE id = '{Records.Of(7).Id}'");
        using var reopened = _bed.Open(_time);

        Assert.NotNull(reopened.State.SetAside);
        Assert.Equal(AppendOutcome.AlreadyDrawn, reopened.Append(Records.Of(7, passages: 8), _past).Outcome);
        Assert.Equal(AppendOutcome.Stored, reopened.Append(Records.Of(907), _past).Outcome);
        Assert.Equal((21, 0L), (reopened.State.Depth, reopened.State.Losses.Lost));
    }

    [Theory]
    [InlineData("dropped")]
    [InlineData("lost")]
    [InlineData("givenUp")]
    [InlineData("clock")]
    [InlineData("sequence")]
    public void A_count_that_damage_changed_is_never_published(string count)
    {
        var last = 0u;
        _bed.Options = _bed.Options with { RecordsMax = 15 };
        using (var outbox = _bed.Open(_time))
        {
            for (var i = 0; i < 20; i++)
                last = outbox.Append(Records.Of(i), _past).Entry!.Sequence;
            outbox.GiveUp(3);
        }

        Change($"UPDATE meta SET value = {long.MaxValue / 3} WHERE key = '{count}'");
        using var reopened = _bed.Open(_time);

        Assert.NotNull(reopened.State.SetAside);
        Assert.Equal((15, new OutboxLosses(5, 0, 3)), (reopened.State.Depth, reopened.State.Losses));
        Assert.Equal(last + 1, reopened.Append(Records.Of(100), _past).Entry!.Sequence);
    }

    [Fact]
    public void What_the_sink_has_is_never_counted_as_lost_whatever_order_it_came_in()
    {
        var sequences = new List<uint>();
        byte[] hit;
        using (var outbox = _bed.Open(_time))
        {
            for (var i = 0; i < 100; i++)
                sequences.Add(outbox.Append(Records.Of(i), _past).Entry!.Sequence);
            // Ten that the sink does not take yet, and ten after its last word.
            outbox.Covered(new Received(sequences[9], sequences[89], [[sequences[10], sequences[19]]]));
            hit = outbox.Find(sequences[95])!.Payload.ToArray();
        }

        foreach (var path in (string[])[_bed.Options.Path, _bed.Options.Path + "-wal"])
        {
            var bytes = File.ReadAllBytes(path);
            for (var at = bytes.AsSpan().IndexOf(hit); at >= 0; at = bytes.AsSpan().IndexOf(hit))
                bytes[at] = (byte)'x';
            File.WriteAllBytes(path, bytes);
        }

        using var reopened = _bed.Open(_time);

        Assert.Equal((19, 1L), (reopened.State.Depth, reopened.State.Losses.Lost));
        Assert.Equal([.. sequences[10..20], .. sequences[90..95], .. sequences[96..]], reopened.Pending(0, 100).Select(waiting => waiting.Sequence));
    }

    public void Dispose() => _bed.Dispose();

    /// <summary>By SQLite itself, so that only what is said is wrong and not the file.</summary>
    private void Change(string statement)
    {
        using var database = new SqliteConnection($"Data Source={_bed.Options.Path};Pooling=False");
        database.Open();
        using var change = database.CreateCommand();
        change.CommandText = statement;
        Assert.Equal(1, change.ExecuteNonQuery());
    }
}
