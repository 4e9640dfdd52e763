using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>The outbox's statements, and the totals that go with them. Runs inside its caller's lock and transaction.</summary>
internal sealed class OutboxLedger
{
    private readonly OutboxDatabase _database;

    private OutboxLedger(OutboxDatabase database, OutboxTotals totals, uint lastSequence)
    {
        _database = database;
        Totals = totals;
        LastSequence = lastSequence;
    }

    public OutboxTotals Totals { get; private set; }

    /// <summary>The highest sequence given so far.</summary>
    public uint LastSequence { get; private set; }

    public static OutboxLedger Load(OutboxDatabase database, uint sequenceStart)
    {
        database.Execute("INSERT INTO meta VALUES('sequence', @start) ON CONFLICT DO NOTHING", ("@start", sequenceStart));
        database.Execute("INSERT INTO meta VALUES('dropped', 0) ON CONFLICT DO NOTHING");
        var totals = new OutboxTotals(
            (int)database.Number("SELECT count(*) FROM waiting"),
            database.Number("SELECT coalesce(sum(length(payload)), 0) FROM waiting"),
            (int)database.Number("SELECT count(parked) FROM waiting"),
            database.Number("SELECT value FROM meta WHERE key = 'dropped'"));
        return new(database, totals, (uint)database.Number("SELECT value FROM meta WHERE key = 'sequence'"));
    }

    /// <summary>After a rollback.</summary>
    public void Restore(OutboxTotals totals) => Totals = totals;

    public uint? SequenceOfDrawn(string id) =>
        _database.Scalar("SELECT sequence FROM drawn WHERE id = @id", ("@id", id)) is long sequence ? (uint)sequence : null;

    // A rollback leaves LastSequence one too high until the next one is taken; it is only compared with what the sink has.
    public uint TakeSequence() =>
        LastSequence = checked((uint)_database.Number("UPDATE meta SET value = value + 1 WHERE key = 'sequence' RETURNING value"));

    public void Insert(OutboxEntry entry, byte[] payload, DateTimeOffset now)
    {
        _database.Execute("INSERT INTO drawn VALUES(@id, @sequence, @now)",
            ("@id", entry.Id), ("@sequence", entry.Sequence), ("@now", Milliseconds(now)));
        _database.Execute("INSERT INTO waiting VALUES(@sequence, @id, @payload, @now, @publishAt, NULL)",
            ("@sequence", entry.Sequence), ("@id", entry.Id), ("@payload", payload),
            ("@now", Milliseconds(now)), ("@publishAt", Milliseconds(entry.PublishAt)));
        Totals = Totals with { Records = Totals.Records + 1, Bytes = Totals.Bytes + payload.Length };
    }

    public List<WaitingRecord> Waiting(uint after, int limit)
    {
        var waiting = new List<WaitingRecord>();
        using var rows = _database.Read(
            "SELECT sequence, publish_at FROM waiting WHERE sequence > @after AND parked IS NULL ORDER BY sequence LIMIT @limit",
            ("@after", after), ("@limit", limit));
        while (rows.Read())
            waiting.Add(new((uint)rows.GetInt64(0), Time(rows.GetInt64(1))));
        return waiting;
    }

    public OutboxEntry? Find(uint sequence)
    {
        using var rows = _database.Read("SELECT id, payload, publish_at FROM waiting WHERE sequence = @sequence", ("@sequence", sequence));
        return rows.Read()
            ? new(sequence, rows.GetString(0), rows.GetFieldValue<byte[]>(1), Time(rows.GetInt64(2)))
            : null;
    }

    public int Cover(Received received)
    {
        var covered = new List<uint>();
        using (var rows = _database.Read("SELECT sequence FROM waiting WHERE sequence <= @highest", ("@highest", received.Highest)))
        {
            while (rows.Read())
            {
                var sequence = (uint)rows.GetInt64(0);
                if (received.Covers(sequence))
                    covered.Add(sequence);
            }
        }

        foreach (var sequence in covered)
            Delete(sequence);
        return covered.Count;
    }

    public int Park(uint sequence, int reasonCode)
    {
        var parked = _database.Execute("UPDATE waiting SET parked = @code WHERE sequence = @sequence AND parked IS NULL",
            ("@code", reasonCode), ("@sequence", sequence));
        Totals = Totals with { Parked = Totals.Parked + parked };
        return parked;
    }

    public List<uint> Unpark()
    {
        var unparked = new List<uint>();
        using var rows = _database.Read("UPDATE waiting SET parked = NULL WHERE parked IS NOT NULL RETURNING sequence");
        while (rows.Read())
            unparked.Add((uint)rows.GetInt64(0));
        Totals = Totals with { Parked = 0 };
        return unparked;
    }

    /// <summary>Which bound is passed, in words, or null.</summary>
    public string? OverBound(OutboxOptions options, DateTimeOffset appendedMin) =>
        Totals.Records > options.RecordsMax ? $"limit of {options.RecordsMax} records"
        : Totals.Bytes > options.BytesMax ? $"limit of {options.BytesMax} bytes"
        : OldestAppendedAt() < appendedMin ? $"limit of {options.AgeMax.TotalDays:0.##} days"
        : null;

    /// <summary>Gives up the record with the lowest sequence and returns that.</summary>
    public uint DropOldest()
    {
        var oldest = (uint)_database.Number("SELECT min(sequence) FROM waiting");
        Delete(oldest);
        _database.Execute("UPDATE meta SET value = value + 1 WHERE key = 'dropped'");
        Totals = Totals with { Dropped = Totals.Dropped + 1 };
        return oldest;
    }

    /// <summary>Null if the outbox is empty.</summary>
    public DateTimeOffset? OldestAppendedAt() =>
        _database.Scalar("SELECT appended_at FROM waiting ORDER BY sequence LIMIT 1") is long oldest ? Time(oldest) : null;

    public int MoveTimes(TimeSpan step) =>
        _database.Execute("UPDATE waiting SET appended_at = appended_at + @step, publish_at = publish_at + @step",
            ("@step", (long)step.TotalMilliseconds));

    public void ForgetDrawn(DateTimeOffset drawnMin) =>
        _database.Execute("DELETE FROM drawn WHERE drawn_at < @min AND sequence NOT IN (SELECT sequence FROM waiting)",
            ("@min", Milliseconds(drawnMin)));

    private void Delete(uint sequence)
    {
        using var rows = _database.Read("DELETE FROM waiting WHERE sequence = @sequence RETURNING length(payload), parked IS NOT NULL",
            ("@sequence", sequence));
        if (rows.Read())
            Totals = Totals with
            {
                Records = Totals.Records - 1,
                Bytes = Totals.Bytes - rows.GetInt64(0),
                Parked = Totals.Parked - (int)rows.GetInt64(1),
            };
    }

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>Kept beside the tables so that no append has to count them.</summary>
internal readonly record struct OutboxTotals(int Records, long Bytes, int Parked, long Dropped);
