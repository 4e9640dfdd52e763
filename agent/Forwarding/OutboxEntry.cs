namespace SocialCredit.Edge.Forwarding;

/// <summary>A durable record, as it will be sent however often it is sent. Only the outbox makes one, and only of a record.</summary>
public sealed record OutboxEntry
{
    internal OutboxEntry(uint sequence, string id, ReadOnlyMemory<byte> payload, DateTimeOffset publishAt) =>
        (Sequence, Id, Payload, PublishAt) = (sequence, id, payload, publishAt);

    /// <summary>Rises by one per device and record.</summary>
    public uint Sequence { get; }

    /// <summary>CloudEvents id: zone and window index.</summary>
    public string Id { get; }

    /// <summary>The exact bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Not to be sent before.</summary>
    public DateTimeOffset PublishAt { get; }
}

/// <summary>What became of a record that was offered to the outbox.</summary>
public enum AppendOutcome : byte
{
    /// <summary>Durable; it will be delivered.</summary>
    Stored,

    /// <summary>This zone and window was drawn before: the first draw stands, this one is to be forgotten.</summary>
    AlreadyDrawn,

    /// <summary>The disk did not take it. Nothing was accepted; the caller still has the only copy.</summary>
    Refused,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="Entry">The stored record; null if it was refused, or drawn before and has left the outbox since.</param>
/// <param name="Reason">In words, if it was refused.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, OutboxEntry? Entry, string? Reason = null);

/// <summary>A record that waits, without its bytes.</summary>
public readonly record struct WaitingRecord(uint Sequence, DateTimeOffset PublishAt);

/// <summary>How the outbox stands.</summary>
/// <param name="Depth">Records in it, parked ones included.</param>
/// <param name="Parked">Records that the broker refused for good.</param>
/// <param name="OldestAge">Of the oldest record; zero if empty.</param>
/// <param name="Losses">What did not reach the sink, in the life of the device.</param>
/// <param name="IsRefusing">True while the disk takes nothing.</param>
/// <param name="SetAside">Where a damaged file was put since the agent was started, or null.</param>
public sealed record OutboxState(int Depth, int Parked, TimeSpan OldestAge, OutboxLosses Losses, bool IsRefusing, string? SetAside)
{
    /// <summary>Windows in the agent's memory, because the disk does not take them or the clock has not been set; a few thousand at most.</summary>
    public int Held { get; init; }

    /// <summary>Why the disk takes nothing, in words, or null.</summary>
    public string? Trouble { get; init; }

    /// <summary>It refuses, holds or has parked something, was damaged, or something was dropped, lost or given up within a day.</summary>
    public bool NeedsAttention { get; init; }
}

/// <summary>
/// What a device did not bring to its sink, each at least 0 and never falling: the counts outlive restarts and a damaged outbox.
/// </summary>
/// <param name="Dropped">Records that were accepted and given up because a bound of records, bytes or age was reached.</param>
/// <param name="Lost">Records that were accepted and that damage took; an upper bound where the damage leaves no better figure.</param>
/// <param name="GivenUp">Windows that were given up before they were accepted: the disk took nothing, or the clock had not been set.</param>
public sealed record OutboxLosses(long Dropped, long Lost, long GivenUp)
{
    public static OutboxLosses None { get; } = new(0, 0, 0);

    /// <summary>The higher of each count.</summary>
    internal OutboxLosses OrMore(OutboxLosses? other) => other is null
        ? this
        : new(Math.Max(Dropped, other.Dropped), Math.Max(Lost, other.Lost), Math.Max(GivenUp, other.GivenUp));
}
