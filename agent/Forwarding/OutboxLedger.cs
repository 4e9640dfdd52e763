using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>The outbox's statements, and the totals that go with them. Runs inside its caller's lock and transaction.</summary>
internal sealed class OutboxLedger
{
    /// <summary>Statements of one transaction never touch more rows, so that the log stays within the room that it has.</summary>
    public const int BatchMax = 200;

    /// <summary>
    /// So much of the time for which the agent was off counts towards a record's age: what lies beyond cannot be told from a clock that
    /// was set meanwhile, and a record that is sent too late is refused and counted by the sink, which knows the time.
    /// </summary>
    private static readonly TimeSpan OffMax = TimeSpan.FromDays(1);

    /// <summary>Unix milliseconds of the year 2106, when sequences end, too.</summary>
    private const long TimeMax = uint.MaxValue * 1000L;

    private readonly OutboxDatabase _database;
    private TimeSpan _offset;

    private OutboxLedger(OutboxDatabase database, OutboxTotals totals, TimeSpan offset) =>
        (_database, Totals, _offset) = (database, totals, offset);

    public OutboxTotals Totals { get; private set; }

    /// <summary>The highest sequence given so far.</summary>
    public uint LastSequence => Totals.LastSequence;

    /// <summary>The lowest sequence that waits; one above <see cref="LastSequence"/> if none does.</summary>
    public uint FirstSequence => _database.Scalar("SELECT min(sequence) FROM waiting") is long first ? (uint)first : LastSequence + 1;

    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">A count is not as it was written: the file is damaged.</exception>
    public static OutboxLedger Load(OutboxDatabase database, uint sequenceStart)
    {
        foreach (var key in (string[])["sequence", "dropped", "lost", "givenUp", "clock"])
            database.Execute("INSERT INTO meta VALUES(@key, @value, seal_of(@key, @value)) ON CONFLICT DO NOTHING", ("@key", key), ("@value", key == "sequence" ? sequenceStart : 0L));
        var totals = new OutboxTotals(
            (int)database.Number("SELECT count(*) FROM waiting"),
            database.Number("SELECT coalesce(sum(length(entry) - @seal), 0) FROM waiting", ("@seal", OutboxSeal.AroundBytes)),
            (int)database.Number("SELECT count(parked) FROM waiting"),
            (uint)Meta(database, "sequence"),
            new OutboxLosses(Meta(database, "dropped"), Meta(database, "lost"), Meta(database, "givenUp")));
        return new(database, totals, TimeSpan.FromMilliseconds(Meta(database, "clock")));
    }

    /// <summary>Reads every record that waits and every window that was drawn, from the disk and not from memory; returns how many records.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">One is not whole: the file is damaged.</exception>
    public int Check()
    {
        var count = 0;
        _database.Execute("PRAGMA shrink_memory");
        using var rows = _database.Read("SELECT sequence, id, entry FROM waiting");
        for (; rows.Read(); count++)
            Whole((uint)rows.GetInt64(0), rows.GetString(1), rows.GetFieldValue<byte[]>(2));
        if (_database.Scalar("SELECT id FROM drawn WHERE seal != seal_of(id, drawn_at) LIMIT 1") is { } changed)
            throw OutboxDatabase.Damaged($"The window {changed} is not as it was written.");
        return count;
    }

    /// <summary>After a rollback.</summary>
    public void Restore(OutboxTotals totals) => Totals = totals;

    /// <summary>Never lowers a count.</summary>
    public void Raise(OutboxLosses losses)
    {
        var now = Totals.Losses.OrMore(losses);
        SetMeta("dropped", now.Dropped);
        SetMeta("lost", now.Lost);
        SetMeta("givenUp", now.GivenUp);
        Totals = Totals with { Losses = now };
    }

    /// <summary>Nothing waits and no window is remembered, as in an outbox that was just made.</summary>
    public bool HasNoTrace => Totals.Records == 0 && _database.Scalar("SELECT 1 FROM drawn LIMIT 1") is null;

    /// <summary>Goes on from there, if it is higher.</summary>
    public void StartAt(uint sequence)
    {
        if (sequence <= LastSequence)
            return;
        SetMeta("sequence", sequence);
        Totals = Totals with { LastSequence = sequence };
    }

    /// <summary>Wall time as this outbox counts it: without the steps by which the clock was set.</summary>
    public DateTimeOffset TimeOf(DateTimeOffset wall) => wall - _offset;

    /// <summary>The clock was set; what waits neither ages nor waits longer for that.</summary>
    public void MoveClock(TimeSpan step) => _offset += step;

    /// <summary>By how much the clock cannot be right, compared with the last record before the agent was off; zero if it can.</summary>
    public TimeSpan StepWhileOff(DateTimeOffset wall)
    {
        if (_database.Scalar("SELECT max(drawn_at) FROM drawn") is not long last)
            return TimeSpan.Zero;
        var off = TimeOf(wall) - Time(last);
        return off < TimeSpan.Zero ? off : off > OffMax ? off - OffMax : TimeSpan.Zero;
    }

    public uint? SequenceOfDrawn(string id) =>
        _database.Scalar("SELECT sequence FROM drawn WHERE id = @id", ("@id", id)) is long sequence ? (uint)sequence : null;

    public uint TakeSequence()
    {
        var taken = checked(LastSequence + 1);
        SetMeta("sequence", taken);
        SetMeta("clock", (long)_offset.TotalMilliseconds);
        Totals = Totals with { LastSequence = taken };
        return taken;
    }

    /// <summary>The window of this record is not drawn again.</summary>
    public void Draw(string id, uint sequence, DateTimeOffset now) =>
        _database.Execute("INSERT INTO drawn VALUES(@id, @sequence, @now, seal_of(@id, @now)) ON CONFLICT DO NOTHING",
            ("@id", id), ("@sequence", sequence), ("@now", Milliseconds(TimeOf(now))));

    public void Insert(OutboxEntry entry, DateTimeOffset appendedAt)
    {
        var bytes = OutboxSeal.Close(entry.Payload.ToArray(), entry.PublishAt);
        _database.Execute("INSERT INTO waiting VALUES(@sequence, @id, @entry, @appendedAt, @publishAt, NULL)",
            ("@sequence", entry.Sequence), ("@id", entry.Id), ("@entry", bytes),
            ("@appendedAt", Milliseconds(TimeOf(appendedAt))), ("@publishAt", Milliseconds(TimeOf(entry.PublishAt))));
        Totals = Totals with { Records = Totals.Records + 1, Bytes = Totals.Bytes + entry.Payload.Length };
    }

    public List<WaitingRecord> Waiting(uint after, int limit)
    {
        var waiting = new List<WaitingRecord>();
        using var rows = _database.Read(
            "SELECT sequence, publish_at FROM waiting WHERE sequence > @after AND parked IS NULL ORDER BY sequence LIMIT @limit",
            ("@after", after), ("@limit", limit));
        while (rows.Read())
            waiting.Add(new((uint)rows.GetInt64(0), Time(rows.GetInt64(1)) + _offset));
        return waiting;
    }

    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It is there, but not whole: the file is damaged.</exception>
    public OutboxEntry? Find(uint sequence)
    {
        using var rows = _database.Read("SELECT id, entry, publish_at FROM waiting WHERE sequence = @sequence", ("@sequence", sequence));
        if (!rows.Read())
            return null;
        var whole = Whole(sequence, rows.GetString(0), rows.GetFieldValue<byte[]>(1));
        return new(sequence, whole.Id, whole.Payload, Time(rows.GetInt64(2)) + _offset);
    }

    public List<uint> CoveredBy(Received received)
    {
        var covered = new List<uint>();
        using var rows = _database.Read("SELECT sequence FROM waiting WHERE sequence <= @highest", ("@highest", received.Highest));
        while (rows.Read())
        {
            var sequence = (uint)rows.GetInt64(0);
            if (received.Covers(sequence))
                covered.Add(sequence);
        }

        return covered;
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
    public string? OverBound(OutboxOptions options, DateTimeOffset now) =>
        Totals.Records > options.RecordsMax ? $"limit of {options.RecordsMax} records"
        : Totals.Bytes > options.BytesMax ? $"limit of {options.BytesMax} bytes"
        : AgeOfOldest(now) > options.AgeMax ? $"limit of {options.AgeMax.TotalDays:0.##} days"
        : null;

    /// <summary>Gives up the record with the lowest sequence and returns that.</summary>
    public uint DropOldest()
    {
        var oldest = FirstSequence;
        Delete(oldest);
        var dropped = Totals.Losses.Dropped + 1;
        SetMeta("dropped", dropped);
        Totals = Totals with { Losses = Totals.Losses with { Dropped = dropped } };
        return oldest;
    }

    /// <summary>Zero if the outbox is empty.</summary>
    public TimeSpan AgeOfOldest(DateTimeOffset now)
    {
        if (_database.Scalar("SELECT appended_at FROM waiting ORDER BY sequence LIMIT 1") is not long oldest)
            return TimeSpan.Zero;
        var age = TimeOf(now) - Time(oldest);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    public void ForgetDrawn(DateTimeOffset drawnMin) =>
        _database.Execute("""
            DELETE FROM drawn WHERE id IN (
                SELECT id FROM drawn WHERE drawn_at < @min AND sequence NOT IN (SELECT sequence FROM waiting) ORDER BY drawn_at LIMIT @limit)
            """,
            ("@min", Milliseconds(TimeOf(drawnMin))), ("@limit", BatchMax));

    public int Delete(IReadOnlyCollection<uint> sequences)
    {
        foreach (var sequence in sequences)
            Delete(sequence);
        return sequences.Count;
    }

    private void Delete(uint sequence)
    {
        using var rows = _database.Read("DELETE FROM waiting WHERE sequence = @sequence RETURNING length(entry), parked IS NOT NULL",
            ("@sequence", sequence));
        if (rows.Read())
            Totals = Totals with
            {
                Records = Totals.Records - 1,
                Bytes = Totals.Bytes - rows.GetInt64(0) + OutboxSeal.AroundBytes,
                Parked = Totals.Parked - (int)rows.GetInt64(1),
            };
    }

    private static OutboxEntry Whole(uint sequence, string id, byte[] bytes) =>
        OutboxSeal.Open(bytes)?.Entry is { } entry && entry.Sequence == sequence && entry.Id == id
            ? entry
            : throw OutboxDatabase.Damaged($"The record {sequence} is not as it was accepted.");

    private static long Meta(OutboxDatabase database, string key) =>
        database.Scalar("SELECT value FROM meta WHERE key = @key AND seal = seal_of(key, value)", ("@key", key)) is long value
            ? value
            : throw OutboxDatabase.Damaged($"Its count {key} is not as it was written.");

    private void SetMeta(string key, long value) =>
        _database.Execute("UPDATE meta SET value = @value, seal = seal_of(@key, @value) WHERE key = @key", ("@value", value), ("@key", key));

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(long milliseconds) => milliseconds is >= 0 and < TimeMax
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : throw OutboxDatabase.Damaged($"A time in it, {milliseconds}, is none.");
}

/// <summary>Kept beside the tables so that no append has to count them.</summary>
internal sealed record OutboxTotals(int Records, long Bytes, int Parked, uint LastSequence, OutboxLosses Losses);
